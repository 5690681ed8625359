using Npgsql;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Storage.Requests;

public sealed class QueuedEventArgs(Lane lane) : EventArgs
{
    public Lane Lane { get; } = lane;
}

public sealed class FinishedEventArgs(IReadOnlyList<SigningRequestId> requests) : EventArgs
{
    public IReadOnlyList<SigningRequestId> Requests { get; } = requests;
}

/// <param name="made">Key pairs that were made or refused; empty where some are wanted.</param>
public sealed class KeyPairsEventArgs(IReadOnlyList<Guid> made) : EventArgs
{
    public IReadOnlyList<Guid> Made { get; } = made;
}

public sealed class OcspAnsweredEventArgs(IReadOnlyList<Guid> questions) : EventArgs
{
    public IReadOnlyList<Guid> Questions { get; } = questions;
}

/// <param name="authority">Of which requests for revocation were decided.</param>
public sealed class RevokedEventArgs(string authority) : EventArgs
{
    public string Authority { get; } = authority;
}

public sealed class DisconnectedEventArgs(Exception fault) : EventArgs
{
    public Exception Fault { get; } = fault;
}

/// <summary>
/// Hears what the other processes announce, on a connection of its own. Announcements are hints: one may be lost when a
/// process or a connection dies, so everyone who waits for one also looks by itself now and then, and at once when
/// <see cref="Connected"/> is raised. Handlers run one at a time and must be quick; their exceptions end <see cref="RunAsync"/>.
/// </summary>
public sealed class RequestNotifications(NpgsqlDataSource dataSource)
{
    private static readonly TimeSpan Pause = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan Silence = TimeSpan.FromSeconds(15);

    private static readonly string[] Channels =
    [
        Notifications.QueuedChannel,
        Notifications.FinishedChannel,
        Notifications.LoggedChannel,
        Notifications.KeyPairsChannel,
        Notifications.OcspAskedChannel,
        Notifications.OcspAnsweredChannel,
        Notifications.RevocationRequestedChannel,
        Notifications.RevokedChannel,
    ];

    /// <summary>Requests came into the queue of a lane.</summary>
    public event EventHandler<QueuedEventArgs>? Queued;

    /// <summary>Requests reached a state that ends the wait: Issued, Refused, Failed.</summary>
    public event EventHandler<FinishedEventArgs>? Finished;

    /// <summary>Entries got their place in the log, under a new checkpoint.</summary>
    public event EventHandler? Logged;

    /// <summary>Key pairs are wanted, or were made.</summary>
    public event EventHandler<KeyPairsEventArgs>? KeyPairs;

    /// <summary>Questions for OCSP answers wait.</summary>
    public event EventHandler? OcspAsked;

    /// <summary>OCSP answers are there.</summary>
    public event EventHandler<OcspAnsweredEventArgs>? OcspAnswered;

    /// <summary>Revocations are asked for, or a recall was approved.</summary>
    public event EventHandler? RevocationRequested;

    /// <summary>Requests for revocation were decided: what is revoked of an authority may have changed.</summary>
    public event EventHandler<RevokedEventArgs>? Revoked;

    /// <summary>Listening, for the first time or again: whatever was announced before was missed.</summary>
    public event EventHandler? Connected;

    /// <summary>The connection was lost, or could not be had; it is tried again each second.</summary>
    public event EventHandler<DisconnectedEventArgs>? Disconnected;

    /// <summary>Listens, and connects again when it must, until cancelled.</summary>
    /// <exception cref="OperationCanceledException">Its only end.</exception>
    public async Task RunAsync(CancellationToken cancellation)
    {
        while (true)
        {
            try
            {
                await ListenAsync(cancellation);
            }
            catch (Exception fault) when (fault is NpgsqlException or TimeoutException && !cancellation.IsCancellationRequested)
            {
                Disconnected?.Invoke(this, new DisconnectedEventArgs(fault));
            }

            await Task.Delay(Pause, cancellation);
        }
    }

    private async Task ListenAsync(CancellationToken cancellation)
    {
        await using var connection = await dataSource.OpenConnectionAsync(cancellation);
        connection.Notification += (_, e) => Dispatch(e.Channel, e.Payload);
        await ExecuteAsync(connection, string.Join("; ", Channels.Select(channel => "listen " + channel)), cancellation);
        Connected?.Invoke(this, EventArgs.Empty);

        while (true)
        {
            // A server that vanished without a word is found out by asking.
            if (!await connection.WaitAsync(Silence, cancellation))
                await ExecuteAsync(connection, "select 1", cancellation);
        }
    }

    private void Dispatch(string channel, string payload)
    {
        switch (channel)
        {
            case Notifications.QueuedChannel when Enum.TryParse<Lane>(payload, out var lane):
                Queued?.Invoke(this, new QueuedEventArgs(lane));
                break;
            case Notifications.FinishedChannel:
                Finished?.Invoke(this, new FinishedEventArgs([.. payload.Split(',').Select(ReadId).OfType<SigningRequestId>()]));
                break;
            case Notifications.KeyPairsChannel:
                KeyPairs?.Invoke(this, new KeyPairsEventArgs(ReadIds(payload)));
                break;
            case Notifications.OcspAskedChannel:
                OcspAsked?.Invoke(this, EventArgs.Empty);
                break;
            case Notifications.OcspAnsweredChannel:
                OcspAnswered?.Invoke(this, new OcspAnsweredEventArgs(ReadIds(payload)));
                break;
            case Notifications.RevocationRequestedChannel:
                RevocationRequested?.Invoke(this, EventArgs.Empty);
                break;
            case Notifications.RevokedChannel:
                Revoked?.Invoke(this, new RevokedEventArgs(payload));
                break;
            case Notifications.LoggedChannel:
                Logged?.Invoke(this, EventArgs.Empty);
                break;
        }
    }

    private static IReadOnlyList<Guid> ReadIds(string payload) =>
        [.. payload.Split(',').Select(text => Guid.TryParse(text, out var id) ? id : default).Where(id => id != default)];

    private static SigningRequestId? ReadId(string text) => SigningRequestId.TryParse(text, out var id) ? id : null;

    private static async Task ExecuteAsync(NpgsqlConnection connection, string sql, CancellationToken cancellation)
    {
        await using var command = new NpgsqlCommand(sql, connection);
        await command.ExecuteNonQueryAsync(cancellation);
    }
}
