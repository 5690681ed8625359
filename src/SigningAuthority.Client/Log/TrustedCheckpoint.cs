using SigningAuthority.Client.CommandLine;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Client.Log;

/// <summary>A checkpoint that the log's key has signed. Only checking the signature makes one.</summary>
internal sealed record TrustedCheckpoint
{
    private TrustedCheckpoint(SignedNote note, Checkpoint checkpoint) => (Note, Head) = (note, checkpoint);

    public SignedNote Note { get; }

    public Checkpoint Head { get; }

    public long Size => Head.Size;

    /// <exception cref="LogDefectException">The octets are no checkpoint, or not one of this log, or not signed by this key.</exception>
    public static TrustedCheckpoint Verify(ReadOnlySpan<byte> octets, NoteKey key)
    {
        try
        {
            return Verify(SignedNote.Parse(octets), key);
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(FindingCodes.CheckpointMalformed, wrong.Message);
        }
    }

    /// <inheritdoc cref="Verify(ReadOnlySpan{byte}, NoteKey)"/>
    public static TrustedCheckpoint Verify(SignedNote note, NoteKey key)
    {
        if (!note.Signatures.Any(signature => signature.KeyName == key.Name && signature.KeyId == key.Id))
            throw new LogDefectException(
                FindingCodes.WrongLogKey,
                $"the checkpoint is not signed by {Describe(key)}; its signatures: {Signers(note)}."
            );
        if (!note.IsSignedBy(key))
            throw new LogDefectException(
                FindingCodes.CheckpointAltered,
                $"the checkpoint's signature by {Describe(key)} does not fit its text."
            );
        try
        {
            var head = Checkpoint.Parse(note.Text);
            // A key may sign for one log only; a checkpoint of another log says nothing about this one.
            return head.Origin == key.Name
                ? new TrustedCheckpoint(note, head)
                : throw new LogDefectException(
                    FindingCodes.WrongOrigin,
                    $"the checkpoint is of the log {PlainText.Of(head.Origin)}, not of {key.Name}."
                );
        }
        catch (FormatException wrong)
        {
            throw new LogDefectException(FindingCodes.CheckpointMalformed, wrong.Message);
        }
    }

    public static async Task<TrustedCheckpoint> ReadAsync(LogFiles files, NoteKey key, CancellationToken cancellation) =>
        Verify(await files.ReadCheckpointAsync(cancellation), key);

    private static string Describe(NoteKey key) => $"{key.Name}+{key.Id:x8}";

    private static string Signers(SignedNote note) =>
        string.Join(", ", note.Signatures.Select(signature => $"{PlainText.Of(signature.KeyName, 100)}+{signature.KeyId:x8}"));
}
