using System.CommandLine;
using System.Text;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Proofs;
using SigningAuthority.IssuanceLog.Tiles;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary><c>signctl log prove</c>: one entry with the proof that the log contains it, for whoever has the key alone.</summary>
internal static class ProveCommand
{
    private static readonly Argument<long> Index = new("INDEX") { Description = "The entry's place in the log, from 0." };
    private static readonly Option<string?> Output = new("--out") { Description = "File for the proof; to stdout without it." };

    public static Command Build()
    {
        var (log, key) = (new LogOptions(), new LogKeyOptions());
        var command = new DocumentedCommand(
            "prove",
            "Makes a proof (C2SP tlog-proof) that an entry is in the log: the entry, its path to the root, and the signed checkpoint. It was "
                + "verified before it is written.",
            "signctl log prove 1234 https://ca.example.com/log --key log.pub --out 1234.tlog-proof",
            "signctl log prove 0 mirror --key log.pub"
        )
        {
            Index,
            Output,
        };
        log.AddTo(command);
        key.AddTo(command);
        command.SetAction(
            async (parsed, cancellation) =>
            {
                var logKey = key.Read(parsed);
                using var files = log.Open(parsed);
                var checkpoint = await TrustedCheckpoint.ReadAsync(files, logKey, cancellation);
                var receipt = await ProveAsync(files, checkpoint, parsed.GetValue(Index), cancellation);
                if (parsed.GetValue(Output) is { } file)
                    await File.WriteAllTextAsync(file, receipt.Format(), cancellation);
                else
                    await Console.Out.WriteAsync(receipt.Format());
                await Console.Error.WriteLineAsync(PlainText.Of(Encoding.UTF8.GetString(receipt.Entry)));
            }
        );
        return command;
    }

    private static async Task<Receipt> ProveAsync(LogFiles files, TrustedCheckpoint checkpoint, long index, CancellationToken cancellation)
    {
        if (index < 0 || index >= checkpoint.Size)
            throw new InvalidInputException($"the log has {checkpoint.Size} entries, from index 0 on: {index} is none of them.");

        var tree = new TiledTree(checkpoint.Size, files.ReadWholeTileAsync);
        await CompareCheckpoints.RequireRootAsync(tree, checkpoint, cancellation);
        var proof = await tree.ProveInclusionAsync(index, cancellation);
        var bundle = TilePath.Holding(TilePath.EntriesLevel, index, checkpoint.Size);
        var entries = LogFiles.ReadBundle(bundle, await files.ReadWholeTileAsync(bundle, cancellation));
        var entry = entries[(int)(index % TilePath.FullWidth)].ToArray();
        return proof.Verify(MerkleTree.LeafHash(entry), checkpoint.Head.RootHash)
            ? new Receipt(entry, proof, checkpoint.Note)
            : throw new LogDefectException(
                LogFindingCodes.EntryAltered,
                "the entry's octets are not those that the tree was made of.",
                index
            );
    }
}
