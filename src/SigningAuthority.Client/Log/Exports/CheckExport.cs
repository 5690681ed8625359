using System.Buffers;
using System.IO.Pipelines;
using System.Text;
using System.Text.Json;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log.Exports;

/// <summary>Reads an export once, line by line: memory does not grow with it.</summary>
internal sealed class CheckExport(NoteKey key, Action<long, long> progress)
{
    // An entry has at most 65,535 octets, wrapped in base64 a third more; a checkpoint with all its signatures 128 KiB.
    private const long LongestLine = 256 << 10;

    private static readonly string Everything = "the file ends before its last line: it was cut off.";

    /// <exception cref="LogDefectException">The file is no export, or its checkpoint is not this log's.</exception>
    public async Task<CheckedExport> RunAsync(Stream file, CancellationToken cancellation)
    {
        var lines = ReadLinesAsync(file, cancellation).GetAsyncEnumerator(cancellation);
        await using (lines)
        {
            // 1. What it is bound to: a checkpoint that the log's key has signed.
            var header = ExportHeader.Read(await NextAsync(lines));
            var checkpoint = TrustedCheckpoint.Verify(Encoding.UTF8.GetBytes(header.Checkpoint), key);

            // 2. Its entries, in their order, each with the index that it must have.
            var proof = new RangeProof(header.From, header.To, checkpoint.Size, header.LeftNodes, header.RightNodes).Begin();
            var entries = new ExportedEntries(header.From);
            byte[] line;
            while (ExportLine.TryRead(line = await NextAsync(lines), out var entry))
            {
                proof.Append(MerkleTree.LeafHash(entry.Entry));
                entries.Take(entry);
                progress(entries.Next - header.From, header.To - header.From);
            }

            // 3. The last line says how many there are, and nothing follows it.
            RequireFooter(line, entries);
            if (await lines.MoveNextAsync())
                throw new LogDefectException(FindingCodes.ExportMalformed, "something follows the last line.");

            // 4. These, and nothing else, stand in the signed tree from the first index to the last.
            if (!proof.Verify(checkpoint.Head.RootHash))
                entries.Find(
                    FindingCodes.RangeNotProven,
                    $"the {entries.Next - header.From} entries are not what the log holds from index {header.From} to {header.To - 1}: some were edited, left out, added or moved.",
                    header.From
                );

            // 5. What the header says of the authorities' numbers is what the entries say.
            entries.RequireIssuers(header.Issuers);
            return new CheckedExport(
                checkpoint.Head.Origin,
                header.From,
                header.To,
                checkpoint.Size,
                entries.Types,
                entries.Issuers,
                entries.IntendedBefore,
                entries.Findings
            );
        }
    }

    private static void RequireFooter(byte[] line, ExportedEntries entries)
    {
        try
        {
            using var footer = JsonDocument.Parse(line);
            if (
                footer.RootElement.GetProperty("entries").GetInt64() == entries.Count
                && entries.HasTypes(
                    footer.RootElement.GetProperty("types").EnumerateObject().Select(type => (type.Name, type.Value.GetInt64()))
                )
            )
                return;
        }
        catch (Exception wrong) when (wrong is JsonException or InvalidOperationException or KeyNotFoundException or FormatException) { }

        throw new LogDefectException(FindingCodes.ExportMalformed, "its last line does not count the entries that are there.");
    }

    private static async Task<byte[]> NextAsync(IAsyncEnumerator<byte[]> lines) =>
        await lines.MoveNextAsync() ? lines.Current : throw new LogDefectException(FindingCodes.ExportMalformed, Everything);

    // Each line ends in a newline; what does not was cut off.
    private static async IAsyncEnumerable<byte[]> ReadLinesAsync(
        Stream file,
        [System.Runtime.CompilerServices.EnumeratorCancellation] CancellationToken cancellation
    )
    {
        var reader = PipeReader.Create(file, new StreamPipeReaderOptions(bufferSize: 1 << 16, leaveOpen: true));
        while (true)
        {
            var read = await reader.ReadAsync(cancellation);
            var rest = read.Buffer;
            while (rest.PositionOf((byte)'\n') is { } end)
            {
                yield return RequireLine(rest.Slice(0, end)).ToArray();
                rest = rest.Slice(rest.GetPosition(1, end));
            }

            RequireLine(rest);
            reader.AdvanceTo(rest.Start, rest.End);
            if (read.IsCompleted)
            {
                if (rest.Length > 0)
                    throw new LogDefectException(FindingCodes.ExportMalformed, Everything);
                yield break;
            }
        }
    }

    private static ReadOnlySequence<byte> RequireLine(ReadOnlySequence<byte> line) =>
        line.Length <= LongestLine
            ? line
            : throw new LogDefectException(FindingCodes.ExportMalformed, $"a line is longer than {LongestLine} octets.");
}
