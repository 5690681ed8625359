using Npgsql;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>Rows that come in the order of their first column, a request's id, taken a request at a time.</summary>
internal sealed class RowsByRequest<TRow>(NpgsqlDataReader reader, Func<NpgsqlDataReader, TRow> read) : IAsyncDisposable
{
    private bool _begun;
    private bool _more;

    internal bool AtEnd { get; private set; }

    internal Guid Request { get; private set; }

    internal List<TRow> Rows { get; } = [];

    internal async Task NextAsync(CancellationToken cancellation)
    {
        if (!_begun)
            (_begun, _more) = (true, await reader.ReadAsync(cancellation));

        Rows.Clear();
        AtEnd = !_more;
        if (AtEnd)
            return;

        Request = reader.GetGuid(0);
        while (_more && reader.GetGuid(0) == Request)
        {
            Rows.Add(read(reader));
            _more = await reader.ReadAsync(cancellation);
        }
    }

    /// <summary>Which of the two stands at the earlier request, in the order of Postgres: octet by octet. An end is later than anything.</summary>
    internal int CompareTo<TOther>(RowsByRequest<TOther> other)
    {
        if (AtEnd || other.AtEnd)
            return AtEnd.CompareTo(other.AtEnd);

        return Request.ToByteArray(bigEndian: true).AsSpan().SequenceCompareTo(other.Request.ToByteArray(bigEndian: true));
    }

    public ValueTask DisposeAsync() => reader.DisposeAsync();
}
