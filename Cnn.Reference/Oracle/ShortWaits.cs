namespace Cnn.Reference.Oracle;

/// <summary>
/// libtorch's threads are those of GNU's OpenMP, and our loops run on them too. A thread that is done before the others waits
/// for them awake, for some milliseconds: longer than the system gives it a core where other programs run. So on a busy
/// machine it takes the core from the very thread that it waits for, at each of thousands of small loops a second, and training
/// comes to a halt. A short wait finds the others as well on an idle machine.
/// </summary>
internal static class ShortWaits
{
    private const string Spins = "GOMP_SPINCOUNT", Policy = "OMP_WAIT_POLICY"; // see libgomp's documentation
    private const string Few = "1000"; // instead of 300,000: some 30 microseconds

    /// <summary>Has an effect before libtorch is loaded; a user's own setting stands.</summary>
    public static void Set()
    {
        bool given = Environment.GetEnvironmentVariable(Spins) is not null || Environment.GetEnvironmentVariable(Policy) is not null;
        if (!given) NativeEnvironment.Set(Spins, Few);
    }
}
