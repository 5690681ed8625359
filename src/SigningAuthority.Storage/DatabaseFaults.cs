using System.Net.Sockets;
using Npgsql;

namespace SigningAuthority.Storage;

/// <summary>Tells the faults of the world that pass by themselves from those that need a person.</summary>
public static class DatabaseFaults
{
    /// <summary>
    /// True when the same call may succeed later: Postgres is stopping, starting, out of connections or not reachable, or this
    /// transaction was the one chosen to lose. A commit whose answer was lost is transient too: whoever repeats a
    /// call must be able to find that it was done.
    /// </summary>
    public static bool IsTransient(Exception exception)
    {
        for (var fault = exception; fault is not null; fault = fault.InnerException)
        {
            if (fault is PostgresException refused)
                return refused.IsTransient || IsPassing(refused.SqlState);
            if (fault is NpgsqlException { IsTransient: true } or SocketException or TimeoutException or EndOfStreamException)
                return true;
            // A connection that broke under a statement: Npgsql says "Exception while reading from stream" around an IOException.
            if (fault is NpgsqlException && fault.InnerException is IOException)
                return true;
        }

        return false;
    }

    /// <summary>What Npgsql says of the fault, for people: Entity Framework wraps it in an exception that says no more than that it may pass.</summary>
    public static string Describe(Exception exception)
    {
        for (var fault = exception; fault is not null; fault = fault.InnerException)
        {
            if (fault is NpgsqlException)
                return fault.InnerException is SocketException socket ? $"{fault.Message} ({socket.Message})" : fault.Message;
        }

        return exception.Message;
    }

    private const string IdleInTransactionSessionTimeout = "25P03";

    // Classes of PostgreSQL's appendix A.
    private static bool IsPassing(string sqlState) =>
        sqlState[..2] is "08" or "53" or "57"
        || sqlState
            is PostgresErrorCodes.SerializationFailure
                or PostgresErrorCodes.DeadlockDetected
                or PostgresErrorCodes.LockNotAvailable
                or IdleInTransactionSessionTimeout;
}
