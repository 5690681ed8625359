namespace SigningAuthority.IssuanceLog.Entries;

/// <summary>The names of all kinds: what a query may ask for.</summary>
public static class EntryTypes
{
    public static IReadOnlyList<string> All { get; } =
    [
        RequestSubmitted.TypeName,
        RequestRefused.TypeName,
        RequestChecked.TypeName,
        RequestFailed.TypeName,
        RequestRetried.TypeName,
        CertificateIntended.TypeName,
        CertificateIssued.TypeName,
        CertificateDownloaded.TypeName,
        KitDownloaded.TypeName,
        RootsDownloaded.TypeName,
        EntriesQueried.TypeName,
        AccessRefused.TypeName,
        RateLimited.TypeName,
        LimitSet.TypeName,
        ProviderRegistered.TypeName,
        NameRegistered.TypeName,
        NameWithdrawn.TypeName,
        NameChallenged.TypeName,
        NameProven.TypeName,
        NameProofFailed.TypeName,
        NameReproven.TypeName,
        NameLapsed.TypeName,
        AddressLookedUp.TypeName,
        TokenCreated.TypeName,
        TokenRevoked.TypeName,
        StationEnrolled.TypeName,
        StationRevoked.TypeName,
        PolicyReplayed.TypeName,
        AuthorityIntended.TypeName,
        AuthorityCreated.TypeName,
        ConfigurationLoaded.TypeName,
        RevocationRequested.TypeName,
        ContactAdded.TypeName,
        ContactRemoved.TypeName,
        NoticeDelivered.TypeName,
        NoticeFailed.TypeName,
        NoticeRetried.TypeName,
    ];
}
