using Xunit;

namespace SigningAuthority.IntegrationTests.Notices;

/// <summary>Flows of notices share an authority, whose Outreach one of them kills and starts again.</summary>
[CollectionDefinition(Name)]
public sealed class NoticeFlows : ICollectionFixture<NoticeStage>
{
    public const string Name = "notice flows";
}
