using System.Globalization;
using SigningAuthority.IssuanceLog.Tree;

namespace SigningAuthority.Storage.IssuanceLog;

/// <summary>
/// The newest checkpoint that a sequencer has signed, as it remembers it where whoever alters or restores the database can't reach:
/// from then on the log must be this tree or one that continues it.
/// </summary>
public sealed class SealedHead
{
    private const string Version = "signing-authority log state v1";
    private const string TimeForm = "yyyy-MM-dd'T'HH:mm:ss.ffffff'Z'";

    private readonly SignedNote _note;

    /// <param name="note">The signed note.</param>
    /// <param name="sealedAt">By the sequencer's clock.</param>
    /// <exception cref="FormatException">The note is not a checkpoint's.</exception>
    public SealedHead(string note, DateTimeOffset sealedAt)
    {
        _note = SignedNote.Parse(note);
        Note = note;
        SealedAt = sealedAt;
        Head = Checkpoint.Parse(_note.Text);
    }

    public string Note { get; }

    public DateTimeOffset SealedAt { get; }

    public Checkpoint Head { get; }

    public bool IsSignedBy(NoteKey key) => Head.Origin == key.Name && _note.IsSignedBy(key);

    /// <summary>Version, time and note, for a file.</summary>
    public string Format() => $"{Version}\n{SealedAt.UtcDateTime.ToString(TimeForm, CultureInfo.InvariantCulture)}\n\n{Note}";

    /// <exception cref="FormatException">The text is not what <see cref="Format"/> writes.</exception>
    public static SealedHead Parse(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        if (
            text.Split('\n', 4) is [Version, var time, "", var note]
            && DateTimeOffset.TryParseExact(time, TimeForm, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var sealedAt)
        )
        {
            return new SealedHead(note, sealedAt);
        }

        throw new FormatException("It is not the state of a log: version, time and the last signed note.");
    }
}
