using System.Reflection;
using Xunit.Abstractions;

namespace Cnn.Tests;

/// <summary>Classes of slow tests begin first: one of them begun at the end would leave all cores but one without work.</summary>
public sealed class SlowestFirst : ITestCollectionOrderer
{
    /// <inheritdoc/>
    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderByDescending(IsSlow).ThenBy(collection => collection.DisplayName, StringComparer.Ordinal);

    // A class by itself is a collection, which is named for it.
    private static bool IsSlow(ITestCollection collection)
    {
        var type = typeof(SlowestFirst).Assembly.GetType(collection.DisplayName.Split(' ')[^1]);
        return type is not null && type.GetMembers().Concat([type, type.BaseType!]).SelectMany(member => member.GetCustomAttributesData())
            .Any(each => each.AttributeType == typeof(TraitAttribute) && Equals(each.ConstructorArguments[1].Value, Traits.Slow));
    }
}
