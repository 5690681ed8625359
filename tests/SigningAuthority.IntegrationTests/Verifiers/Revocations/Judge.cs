using SigningAuthority.IntegrationTests.Fixtures;

namespace SigningAuthority.IntegrationTests.Verifiers.Revocations;

/// <summary>What a judge makes of a kind of revocation list.</summary>
internal enum Reading
{
    /// <summary>As RFC 5280 says.</summary>
    Whole,

    /// <summary>Sees who stands on it, and takes it for a list of everybody: its critical extension is passed over.</summary>
    EntriesOnly,

    /// <summary>Refuses the list itself, because it does not know the critical extension (RFC 5280 §5.2).</summary>
    Refused,
}

/// <summary>
/// A verifier in the field, asked whether a certificate is good by a revocation list or by an OCSP response. What it can't do it says of itself:
/// <code>
///                 complete list   delta          shard          OCSP response      how it gets them
/// OpenSSL         yes             yes            yes            yes                files
/// GnuTLS          yes             entries only   entries only   yes                files
/// NSS             yes             refused        refused        over HTTP only     certutil's database; the certificate's address
/// BouncyCastle    yes             yes            yes            yes                octets
/// PKI.js          yes             entries only   entries only   yes                octets
/// .NET            yes             no             yes            over HTTP only     the certificate's address (FetchingVerifierTests)
/// </code>
/// .NET on Linux asks for the OCSP response where no list is named, or none that is good comes from there.
/// NSS takes a list after its nextUpdate too; ocsptool leaves it to its caller whose response it is. "Entries only" is safe for a revoked certificate, which is refused; but such a verifier must not be given a shard or a delta alone, because
/// it would take everybody else for good. That is why the complete list has neither extension, and why a certificate names one list.
/// Generations of a root have one name: NSS finds a list's issuer by its name alone, and keeps one list a name. GnuTLS counts a self-issued
/// certificate against pathLenConstraint, against RFC 5280 §6.1.4 (l), and goes through no cross-certificate at all.
/// </summary>
internal abstract class Judge
{
    public static IReadOnlyDictionary<string, Judge> All { get; } =
        new Dictionary<string, Judge>
        {
            ["OpenSSL"] = new OpenSslJudge(),
            ["GnuTLS"] = new GnuTlsJudge(),
            ["NSS"] = new NssJudge(),
            ["BouncyCastle"] = new BouncyCastleJudge(),
            ["PKI.js"] = new PkiJsJudge(),
        };

    public virtual Reading OfDeltas => Reading.EntriesOnly;

    public virtual Reading OfShards => Reading.EntriesOnly;

    /// <summary>Whether a list of which a newer one is due is no good to it (RFC 5280 §6.3.3 (a)).</summary>
    public virtual bool MindsOldLists => true;

    /// <summary>Whether it can be given an OCSP response without asking for it over HTTP itself.</summary>
    public virtual bool TakesResponses => true;

    /// <summary>Whether it tells the lists of two generations of one name apart.</summary>
    public virtual bool TellsGenerationsApart => true;

    /// <summary>Whether it accepts a path from one generation of a root to another.</summary>
    public virtual bool GoesThroughCrosses => false;

    /// <returns>Null when it takes the certificate for good, else what it says against it.</returns>
    /// <param name="question">What is judged.</param>
    /// <param name="lists">PEM files: a complete list or a shard; a complete one and then its delta; a complete one of each issuer of a path.</param>
    public abstract Task<string?> FindFaultAsync(Question question, params string[] lists);

    /// <returns>Null when it takes the certificate for good by this response, else what it says against it.</returns>
    /// <param name="question">What is judged.</param>
    /// <param name="response">DER file.</param>
    public abstract Task<string?> FindFaultByResponseAsync(Question question, string response);

    /// <summary>Runs it with its clock at the question's time.</summary>
    protected static Task<ProgramResult> RunAsync(Question question, string program, params string[] arguments) =>
        ClockAhead.RunAsync(question.Later, program, arguments);

    protected static string? FaultOf(ProgramResult result) => result.ExitCode == 0 ? null : result.ToString();
}

/// <summary>Is this certificate good?</summary>
/// <param name="Leaf">PEM file.</param>
/// <param name="Root">PEM file of the one root that is trusted.</param>
internal sealed record Question(string Leaf, string Root)
{
    /// <summary>How long from now it is asked.</summary>
    public TimeSpan Later { get; init; }

    /// <summary>PEM file of the cross-certificate between the two; null for none. For those that <see cref="Judge.GoesThroughCrosses"/>.</summary>
    public string? Through { get; init; }
}
