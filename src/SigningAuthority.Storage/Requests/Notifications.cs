using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

/// <summary>
/// Wakes the other processes. Sent after the commit and not with it: a transaction that notifies holds a lock on the whole
/// server through its flush to disk (PostgreSQL, async.c, PreCommit_Notify), so that no two could commit together. A notification lost in
/// between costs a moment: everyone who waits also polls.
/// </summary>
internal static class Notifications
{
    internal const string QueuedChannel = "sa_queued";
    internal const string FinishedChannel = "sa_finished";
    internal const string LoggedChannel = "sa_logged";
    internal const string KeyPairsChannel = "sa_key_pairs";
    internal const string OcspAskedChannel = "sa_ocsp";
    internal const string OcspAnsweredChannel = "sa_ocsp_answered";
    internal const string RevocationRequestedChannel = "sa_revocation_requested";
    internal const string RevokedChannel = "sa_revoked";

    private const string Send = "select pg_notify($1, payload) from unnest($2::text[]) as payload";

    // A payload has fewer than 8,000 octets; an id with its comma has 37.
    private const int IdsInOne = 200;

    internal static Task QueuedAsync(NpgsqlConnection connection, IEnumerable<Lane> lanes) =>
        SendAsync(connection, QueuedChannel, [.. lanes.Distinct().Select(lane => lane.ToString())]);

    /// <summary>The same as a command that stands behind an error barrier.</summary>
    internal static NpgsqlBatchCommand Queued(Lane lane)
    {
        var command = new NpgsqlBatchCommand("select pg_notify($1, $2)");
        command.Parameters.AddValue(QueuedChannel);
        command.Parameters.AddValue(lane.ToString());
        return command;
    }

    internal static Task FinishedAsync(NpgsqlConnection connection, IEnumerable<SigningRequestId> ids) =>
        SendAsync(connection, FinishedChannel, Payloads(ids));

    /// <summary>The same as a command that stands behind an error barrier.</summary>
    internal static NpgsqlBatchCommand Finished(IEnumerable<SigningRequestId> ids)
    {
        var command = new NpgsqlBatchCommand(Send);
        command.Parameters.AddValue(FinishedChannel);
        command.Parameters.AddValue(Payloads(ids));
        return command;
    }

    internal static Task LoggedAsync(NpgsqlConnection connection) => SendAsync(connection, LoggedChannel, [""]);

    /// <param name="connection">Any.</param>
    /// <param name="made">Those that were made or refused; none where some are wanted.</param>
    internal static Task KeyPairsAsync(NpgsqlConnection connection, IEnumerable<Guid> made) =>
        SendAsync(connection, KeyPairsChannel, [.. made.Chunk(IdsInOne).Select(chunk => string.Join(',', chunk)).DefaultIfEmpty("")]);

    /// <summary>Questions for OCSP answers wait; as a command that stands behind an error barrier.</summary>
    internal static NpgsqlBatchCommand OcspAsked()
    {
        var command = new NpgsqlBatchCommand("select pg_notify($1, '')");
        command.Parameters.AddValue(OcspAskedChannel);
        return command;
    }

    internal static Task OcspAnsweredAsync(NpgsqlConnection connection, IEnumerable<Guid> questions) =>
        SendAsync(connection, OcspAnsweredChannel, [.. questions.Chunk(IdsInOne).Select(chunk => string.Join(',', chunk))]);

    /// <summary>Something is to be decided: requests for revocation, or a recall that an officer approved.</summary>
    internal static Task RevocationRequestedAsync(NpgsqlConnection connection) => SendAsync(connection, RevocationRequestedChannel, [""]);

    /// <param name="connection">Any.</param>
    /// <param name="authorities">Of which requests were decided, whatever was decided; each is a payload.</param>
    internal static Task RevokedAsync(NpgsqlConnection connection, IEnumerable<string> authorities) =>
        SendAsync(connection, RevokedChannel, [.. authorities.Distinct()]);

    private static string[] Payloads(IEnumerable<SigningRequestId> ids) =>
        [.. ids.Chunk(IdsInOne).Select(chunk => string.Join(',', chunk))];

    private static async Task SendAsync(NpgsqlConnection connection, string channel, string[] payloads)
    {
        if (payloads.Length == 0)
            return;

        try
        {
            await using var command = new NpgsqlCommand(Send, connection);
            command.Parameters.AddValue(channel);
            command.Parameters.AddValue(payloads);
            await command.ExecuteNonQueryAsync(CancellationToken.None);
        }
        catch (NpgsqlException)
        {
            // What it announces is committed; saying otherwise to the caller would be worse than silence.
        }
    }
}
