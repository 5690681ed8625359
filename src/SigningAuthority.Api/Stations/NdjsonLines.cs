using System.Buffers;
using System.IO.Pipelines;
using System.Runtime.CompilerServices;

namespace SigningAuthority.Api.Stations;

/// <summary>One line of a batch.</summary>
/// <param name="Number">From 1, blank lines counted.</param>
/// <param name="Octets">Null for a line that is too long; its octets were passed over.</param>
internal sealed record ReceivedLine(int Number, byte[]? Octets);

/// <summary>Cuts a stream into lines, holding one line at a time.</summary>
internal static class NdjsonLines
{
    /// <summary>A CSR of 16 KiB in JSON.</summary>
    public const int LongestLine = 32 * 1024;

    private const byte LineFeed = (byte)'\n';

    public static async IAsyncEnumerable<ReceivedLine> ReadAsync(PipeReader body, [EnumeratorCancellation] CancellationToken cancellation)
    {
        var number = 0;
        var tooLong = false;
        while (true)
        {
            var read = await body.ReadAsync(cancellation);
            var buffer = read.Buffer;
            while (TryCut(ref buffer, read.IsCompleted, out var line))
            {
                number++;
                if (tooLong || line.Length > LongestLine)
                    yield return new ReceivedLine(number, null);
                else if (!IsBlank(line))
                    yield return new ReceivedLine(number, line.ToArray());
                tooLong = false;
            }

            // The rest of a line that is too long already need not be kept.
            if (buffer.Length > LongestLine)
                (tooLong, buffer) = (true, buffer.Slice(buffer.End));
            if (read.IsCompleted)
            {
                // Kestrel can use the connection again only when what it handed out has been given back.
                body.AdvanceTo(buffer.End);
                if (tooLong)
                    yield return new ReceivedLine(number + 1, null);
                yield break;
            }

            body.AdvanceTo(buffer.Start, buffer.End);
        }
    }

    /// <summary>The last line may lack its line feed.</summary>
    private static bool TryCut(ref ReadOnlySequence<byte> buffer, bool isLast, out ReadOnlySequence<byte> line)
    {
        if (buffer.PositionOf(LineFeed) is { } end)
        {
            line = buffer.Slice(0, end);
            buffer = buffer.Slice(buffer.GetPosition(1, end));
            return true;
        }

        line = isLast ? buffer : ReadOnlySequence<byte>.Empty;
        buffer = isLast ? buffer.Slice(buffer.End) : buffer;
        return !line.IsEmpty;
    }

    private static bool IsBlank(ReadOnlySequence<byte> line)
    {
        foreach (var segment in line)
        {
            if (segment.Span.ContainsAnyExcept(" \t\r"u8))
                return false;
        }

        return true;
    }
}
