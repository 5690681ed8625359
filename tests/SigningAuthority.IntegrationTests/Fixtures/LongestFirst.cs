using SigningAuthority.IntegrationTests.Faults;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Notices;
using SigningAuthority.IntegrationTests.Rollover;
using Xunit;
using Xunit.Abstractions;

[assembly: TestCollectionOrderer("SigningAuthority.IntegrationTests.Fixtures.LongestFirst", "SigningAuthority.IntegrationTests")]

namespace SigningAuthority.IntegrationTests.Fixtures;

/// <summary>
/// Which collections begin first: within one its tests run one after another, so that a long one that begins last has the machine to itself
/// for minutes. The others follow as they come.
/// </summary>
public sealed class LongestFirst : ITestCollectionOrderer
{
    private static readonly string[] Longest =
    [
        FaultTests.Name,
        FactoryFlows.Name,
        ProviderFlows.Name,
        NoticeFlows.Name,
        $"Test collection for {typeof(RolloverTests).FullName}",
    ];

    public IEnumerable<ITestCollection> OrderTestCollections(IEnumerable<ITestCollection> testCollections) =>
        testCollections.OrderBy(collection =>
            Array.IndexOf(Longest, collection.DisplayName) is var place && place >= 0 ? place : Longest.Length
        );
}
