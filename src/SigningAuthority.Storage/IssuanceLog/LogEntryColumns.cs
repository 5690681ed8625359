using Npgsql;
using SigningAuthority.IssuanceLog.Entries;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Entries as the columns of sa.log_entry, one array a column, so that any number go in with one statement.</summary>
internal static class LogEntryColumns
{
    internal const string Names = "type, actor, subject, request_id, mac, serial, fingerprint, at, entry";

    internal const int Count = 9;

    /// <summary>"unnest($n::text[], …)" for the parameters that <see cref="AddTo"/> adds, the first being $<paramref name="first"/>.</summary>
    internal static string Unnest(int first) =>
        $"unnest(${first}::text[], ${first + 1}::text[], ${first + 2}::text[], ${first + 3}::uuid[], ${first + 4}::text[], ${first + 5}::text[], "
        + $"${first + 6}::bytea[], ${first + 7}::timestamptz[], ${first + 8}::bytea[])";

    internal static void AddTo(NpgsqlParameterCollection parameters, IReadOnlyList<LogEntry> entries)
    {
        parameters.AddColumn(entries, entry => entry.Type);
        parameters.AddColumn(entries, entry => entry.Actor);
        parameters.AddColumn(entries, entry => entry.Subject);
        parameters.AddColumn(entries, entry => entry.RequestId);
        parameters.AddColumn(entries, entry => entry.Mac);
        parameters.AddColumn(entries, entry => entry.Serial);
        parameters.AddColumn(entries, entry => entry.Fingerprint is { } hex ? Convert.FromHexString(hex) : null);
        parameters.AddColumn(entries, entry => entry.At.UtcDateTime);
        parameters.AddColumn(entries, entry => entry.Encode());
    }
}
