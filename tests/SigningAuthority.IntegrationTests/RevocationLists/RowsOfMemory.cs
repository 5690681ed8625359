using System.Buffers.Binary;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.IntegrationTests.RevocationLists;

/// <summary>
/// Revoked rows that come at once and cost no memory themselves, so that whoever reads them stays on one thread, and all that is allocated
/// there meanwhile is the reader's.
/// </summary>
/// <param name="count">How many there are.</param>
/// <param name="begin">From which on it is counted: buffers are made before.</param>
/// <param name="revokedAt">When each was revoked.</param>
internal sealed class RowsOfMemory(int count, int begin, DateTimeOffset revokedAt)
    : IAsyncEnumerable<RevokedRow>,
        IAsyncEnumerator<RevokedRow>
{
    private readonly byte[] _serial = [0x41, .. new byte[15]];
    private int _number = -1;
    private int _thread;
    private long _before;

    /// <summary>Octets that were allocated while the rows were read; null until the last was, or where threads changed.</summary>
    public long? Allocated { get; private set; }

    public RevokedRow Current => new(_serial, revokedAt, RevocationReason.KeyCompromise);

    public IAsyncEnumerator<RevokedRow> GetAsyncEnumerator(CancellationToken cancellationToken = default) => this;

    public ValueTask<bool> MoveNextAsync()
    {
        _number++;
        if (_number == begin)
            (_thread, _before) = (Environment.CurrentManagedThreadId, GC.GetAllocatedBytesForCurrentThread());
        if (_number == count)
            Allocated = _thread == Environment.CurrentManagedThreadId ? GC.GetAllocatedBytesForCurrentThread() - _before : null;
        // In ascending order, as the database gives them; the octets are the same array's, which nobody may keep.
        BinaryPrimitives.WriteInt32BigEndian(_serial.AsSpan(12), _number);
        return ValueTask.FromResult(_number < count);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
