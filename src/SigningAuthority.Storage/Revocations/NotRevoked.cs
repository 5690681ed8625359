namespace SigningAuthority.Storage.Revocations;

/// <summary>The one condition on which a certificate counts as good: neither revoked, nor to be, nor on hold.</summary>
internal static class NotRevoked
{
    /// <summary>SQL, for the alias of a row of sa.certificate.</summary>
    internal static string Of(string certificate) =>
        $"""
            not sa.is_to_be_revoked({certificate}.request_id, {certificate}.authority) and not exists (
                select from sa.revoked x where x.request_id = {certificate}.request_id and x.authority = {certificate}.authority and x.reason = 6)
            """;

    /// <summary>
    /// SQL, for the alias of a row of sa.signing_request: no certificate of the same key is revoked or on hold, whoever signed it; but for those
    /// that another one took the place of.
    /// </summary>
    internal static string OfKey(string request) =>
        $"""
            not exists (select from sa.signing_request n join sa.revoked x on x.request_id = n.id
                where n.kind = 'Device' and n.active and n.spki_sha256 = {request}.spki_sha256 and x.reason not in (4, 8))
            and not exists (select from sa.signing_request n join sa.revoked x on x.request_id = n.id
                where n.kind <> 'Device' and n.spki_sha256 = {request}.spki_sha256 and x.reason not in (4, 8))
            """;
}
