using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.IssuanceLog.Tiles;

/// <summary>
/// What must hold from entry to entry, whoever has signed the tree over them. It takes the entries in the log's order. Not
/// thread-safe.
/// </summary>
internal static class EntryChecks
{
    /// <summary>
    /// Acts are dated before they are committed, and order in the log is order of commit: a long transaction may come after
    /// shorter ones that are dated later, by minutes at most.
    /// </summary>
    internal static readonly TimeSpan Disorder = TimeSpan.FromMinutes(10);

    /// <param name="state">Of the entries before.</param>
    /// <param name="entry">The next one.</param>
    /// <param name="index">Its place in the log.</param>
    /// <param name="knowsAll">False for a range that does not begin with the log: what lies before it may be what an entry refers to.</param>
    internal static void Check(VerificationState state, StoredEntry entry, long index, bool knowsAll = true)
    {
        CheckTime(state, entry, index);
        if (entry.Type == CertificateIntended.TypeName)
            CheckIntended(state, entry, index, knowsAll);
        else if (entry.Type == CertificateIssued.TypeName)
            CheckIssued(state, entry, index, knowsAll);
    }

    private static void CheckTime(VerificationState state, StoredEntry entry, long index)
    {
        if (state.Latest - entry.At > Disorder)
            state.Find(
                LogFindingCodes.ClockWentBack,
                $"a {entry.Type} entry dated {EntryTime.Format(entry.At)} follows one dated {EntryTime.Format(state.Latest)}: "
                    + "the clock went back, or the entry was inserted with an old date.",
                index
            );

        state.Latest = entry.At > state.Latest ? entry.At : state.Latest;
    }

    private static void CheckIntended(VerificationState state, StoredEntry entry, long index, bool knowsAll)
    {
        state.Intended++;
        if (!TryCertificate(entry, out var authority, out var certificate, out var toBeSigned))
        {
            state.Find(LogFindingCodes.EntryUnreadable, "an intent names no certificate.", index);
            return;
        }

        if (!state.OpenIntents.TryAdd(certificate, toBeSigned))
            state.Find(LogFindingCodes.IntendedTwice, $"the certificate {certificate} was intended before.", index);

        // Entries from before issuers counted have no number; from an issuer's first number on each has (Entries/README.md).
        var isFirst = !state.LastNumbers.TryGetValue(authority, out var last);
        if (entry.IssuerSequence is { } number)
        {
            if (number != last + 1 && (knowsAll || !isFirst))
                state.Find(
                    LogFindingCodes.IssuerSequenceBroken,
                    $"{authority}'s certificate {last + 1} should follow, not {number}.",
                    index
                );
            state.LastNumbers[authority] = number;
        }
        else if (last > 0)
        {
            state.Find(
                LogFindingCodes.IssuerSequenceBroken,
                $"{authority}'s certificate {last + 1} should follow, not one without number.",
                index
            );
        }
    }

    private static void CheckIssued(VerificationState state, StoredEntry entry, long index, bool knowsAll)
    {
        state.Issued++;
        if (!TryCertificate(entry, out _, out var certificate, out var toBeSigned))
            state.Find(LogFindingCodes.EntryUnreadable, "an issuance names no certificate.", index);
        else if (!state.OpenIntents.Remove(certificate, out var intended) && !knowsAll)
            state.IntendedBefore++;
        else if (intended != toBeSigned)
            state.Find(
                LogFindingCodes.IssuedWithoutIntent,
                intended is null
                    ? $"the certificate {certificate} was issued, and no entry before intended it or it was issued before."
                    : $"the certificate {certificate} was issued with other to-be-signed bytes than were intended.",
                index
            );
    }

    // Serial numbers are unique per issuer (RFC 5280 §4.1.2.2).
    private static bool TryCertificate(StoredEntry entry, out string authority, out string certificate, out string toBeSigned)
    {
        certificate = "";
        toBeSigned = "";
        if (
            !entry.Details.TryGetValue("authority", out authority!)
            || !entry.Details.TryGetValue("serialNumber", out var serial)
            || !entry.Details.TryGetValue("toBeSignedSha256", out toBeSigned!)
        )
            return false;

        certificate = $"{authority}/{serial}";
        return true;
    }
}
