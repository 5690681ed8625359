using System.Security.Cryptography;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.RevocationLists;
using SigningAuthority.Storage.RevocationLists;

namespace SigningAuthority.Signer.RevocationLists;

/// <summary>
/// A list's to-be-signed bytes in a temporary file (of $TMPDIR): the process holds none of them, however many entries there are. Entries
/// come first; what stands before them has their length in it, and is written into the room that was left.
/// </summary>
internal sealed class SpooledList : IAsyncDisposable
{
    // An issuer's name is what makes a head long.
    private const int RoomForHead = 16 * 1024;
    private const int BufferSize = 1 << 20;

    private readonly FileStream _file = new(
        Path.Combine(Path.GetTempPath(), $"signing-authority-{Guid.NewGuid():N}.crl"),
        new FileStreamOptions
        {
            Mode = FileMode.CreateNew,
            Access = FileAccess.ReadWrite,
            Share = FileShare.None,
            BufferSize = BufferSize,
            Options = FileOptions.DeleteOnClose,
            UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        }
    );

    private readonly byte[] _entry = new byte[ToBeSignedRevocationList.MostEntryOctets];
    private long _begin;

    private SpooledList() => _file.Position = RoomForHead;

    /// <summary>Of the rows, not of the bytes that were made of them.</summary>
    public RevocationListContent Content { get; } = new();

    public long Entries => Content.Entries;

    /// <summary>Of all the to-be-signed bytes.</summary>
    public long Octets { get; private set; }

    public byte[] Sha256 { get; private set; } = [];

    /// <param name="plan">What list it is.</param>
    /// <param name="issuer">Whose list it is.</param>
    /// <param name="rows">In ascending order of the serial numbers' octets.</param>
    /// <param name="cancellation">Abandons the list.</param>
    public static async Task<SpooledList> WriteAsync(
        RevocationListPlan plan,
        IssuerCertificate issuer,
        IAsyncEnumerable<RevokedRow> rows,
        CancellationToken cancellation
    )
    {
        var list = new SpooledList();
        try
        {
            await foreach (var row in rows.WithCancellation(cancellation))
                list.Add(row, plan.ThisUpdate);
            await list.CompleteAsync(plan, issuer, cancellation);
            return list;
        }
        catch
        {
            await list.DisposeAsync();
            throw;
        }
    }

    /// <summary>The to-be-signed bytes from their beginning; one reader at a time, who leaves it open.</summary>
    public Stream FromBeginning()
    {
        _file.Position = _begin;
        return _file;
    }

    public ValueTask DisposeAsync()
    {
        Content.Dispose();
        return _file.DisposeAsync();
    }

    /// <summary>The database's clock says when something was revoked, and this process's when a list is made: what is on it was before.</summary>
    private void Add(in RevokedRow row, DateTimeOffset thisUpdate)
    {
        var revokedAt = row.RevokedAt < thisUpdate ? row.RevokedAt : thisUpdate;
        Content.Add(row.SerialNumber, revokedAt, row.Reason);
        var length = ToBeSignedRevocationList.EncodeEntry(row.SerialNumber, revokedAt, row.Reason, _entry);
        _file.Write(_entry, 0, length);
    }

    private async Task CompleteAsync(RevocationListPlan plan, IssuerCertificate issuer, CancellationToken cancellation)
    {
        var head = ToBeSignedRevocationList.EncodeHead(plan, issuer, _file.Position - RoomForHead);
        if (head.Length > RoomForHead)
            throw new InvalidOperationException($"The head of a list has {head.Length} octets.");
        _file.Write(ToBeSignedRevocationList.EncodeTail(plan, issuer));
        Octets = _file.Position - RoomForHead + head.Length;
        _begin = RoomForHead - head.Length;
        _file.Position = _begin;
        _file.Write(head);
        await _file.FlushAsync(cancellation);
        Sha256 = await SHA256.HashDataAsync(FromBeginning(), cancellation);
    }
}
