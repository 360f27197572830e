using Cnn.Layers.Kernels;

namespace Cnn.Tests.Kernels;

public class CrewTests : TeamContract
{
    private protected override ITeam NewTeam() => new Crew();
}
