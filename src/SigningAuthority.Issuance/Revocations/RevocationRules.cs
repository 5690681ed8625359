using System.Globalization;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Policy;
using SigningAuthority.Issuance.Requests;

namespace SigningAuthority.Issuance.Revocations;

internal sealed record JudgedRevocation(RevocationAsk Ask, RevocableFacts Certificate, RevocationAskerFacts Asker);

/// <summary>Each speaks against one request for revocation.</summary>
internal sealed class RevocationRules : RuleSet<JudgedRevocation>
{
    // Each change is a new list, entries and rows for ever: a unit is not held and released all day.
    private const int MostChanges = 12;

    // Clocks of officers' machines.
    private static readonly TimeSpan Skew = TimeSpan.FromMinutes(5);

    // A door that keeps an officer's statement back gains nothing by it after this. Not shorter: the key room may be away for a night.
    private static readonly TimeSpan StatementLife = TimeSpan.FromDays(1);

    private static readonly Rule AskerUnknown = new("revocation-asker-unknown", "who asks is registered, and asks as what it is");
    private static readonly Rule NotYours = new(
        "revocation-not-yours",
        "a certificate is its issuer and serial number, and its owner's: a provider's own, a station's own units"
    );
    private static readonly Rule Signature = new("revocation-signature", "a statement counts by its signature, not by who brings it");
    private static readonly Rule Time = new("revocation-statement-time", "a statement is used once, within a day of being signed");
    private static readonly Rule ReasonNotGiven = new("revocation-reason", "RFC 5280 §5.3.1: the reasons that this asker may give");
    private static readonly Rule HoldOfDevices = new(
        "revocation-hold-of-devices",
        "holds are for devices: a server's certificate is revoked or it is not"
    );
    private static readonly Rule NotHeld = new("revocation-not-on-hold", "RFC 5280 §5.3.1: only certificateHold is ever taken back");
    private static readonly Rule HeldByAnother = new(
        "revocation-held-by-another",
        "a station releases what a station put on hold; an officer's, an operator's and a recall's hold is theirs to end"
    );
    private static readonly Rule TooMany = new("revocation-too-many", "policies/policy.json revocation.mostAlone");
    private static readonly Rule TooOften = new("revocation-too-often", "each hold and each release is a new list, and evidence for ever");
    private static readonly Rule TooManyUnsigned = new("revocation-too-many-unsigned", "policies/policy.json revocation.mostUnsigned");

    private readonly RevocationSettings _settings;

    public RevocationRules(RevocationSettings settings)
    {
        _settings = settings;
        Check(facts => facts.Asker.IsKnown ? null : Unknown(facts));
        Check(facts => IsOwner(facts) ? null : NotOwned());
        Check(facts => facts.Asker.IsKnown && !IsSigned(facts) ? Unsigned(facts) : null);
        Check(FindTime);
        Check(FindReason);
        Check(FindState);
        Check(FindCount);
    }

    private static bool IsOwner(JudgedRevocation facts) =>
        facts.Ask.Asker switch
        {
            RevocationAsker.Provider => facts.Certificate.Kind == RequestKind.ProvisioningServer
                && facts.Ask.AskerId is { } provider
                && facts.Certificate.ProviderId == provider,
            RevocationAsker.Station => facts.Asker.StationName is { } station && facts.Certificate.IsOfStation(station),
            _ => true,
        };

    private static bool IsSigned(JudgedRevocation facts) =>
        facts.Ask.Asker switch
        {
            RevocationAsker.Possession => RevocationPolicy.IsSignedByHolder(
                facts.Certificate.Der,
                new PossessionStatement(facts.Certificate.Authority, facts.Certificate.SerialNumber, facts.Ask.Reason).Encode(),
                facts.Ask.Signature.Span
            ),
            RevocationAsker.Officer => facts.Asker is { Officer: { } officer, OfficerKey: { } key }
                && facts.Ask is { AskerId: { } id, StatedAt: { } at }
                && key.Verifies(
                    new OfficerRevocationStatement(
                        facts.Certificate.Authority,
                        facts.Certificate.SerialNumber,
                        facts.Ask.Action,
                        facts.Ask.Reason,
                        facts.Ask.Note ?? "",
                        officer,
                        id,
                        at
                    ).Encode(),
                    facts.Ask.Signature.Span
                ),
            _ => true,
        };

    private static Violation Unknown(JudgedRevocation facts) =>
        AskerUnknown.BrokenBy(
            "asker",
            facts.Ask.Asker switch
            {
                RevocationAsker.Provider => "a registered provider",
                RevocationAsker.Station => "a station that is enrolled and not revoked",
                RevocationAsker.Officer => "an officer whose registration works",
                RevocationAsker.Operator => "a command run under the role sa_operator",
                _ => "a certificate that was issued in place of this one",
            },
            facts.Asker.Actor,
            "Nobody of that name may ask for this.",
            "ask with a credential that works"
        );

    private static Violation NotOwned() =>
        NotYours.BrokenBy(
            "serialNumber",
            "a certificate of your own",
            "another's, or none",
            "You have no such certificate.",
            "name issuer and serial number of a certificate that was issued to you"
        );

    private static Violation Unsigned(JudgedRevocation facts) =>
        facts.Ask.Asker == RevocationAsker.Possession
            ? Signature.BrokenBy(
                "signature",
                "RSA PKCS#1 v1.5 with SHA-256 over the statement, by the private key of this very certificate",
                "one that does not verify",
                "The statement is not signed with the certificate's key.",
                "signctl revoke --certificate device.crt --key device.key --reason keyCompromise"
            )
            : Signature.BrokenBy(
                "signature",
                $"ECDSA with SHA-256 over the statement, by the key registered for {facts.Asker.Officer}",
                "one that does not verify",
                "The statement is not signed by this officer for this certificate.",
                "signctl officer revoke --authority client --serial-number 4C01 --reason keyCompromise --key officer.key"
            );

    private static Violation? FindTime(JudgedRevocation facts) =>
        facts.Ask.StatedAt is { } at && (at > facts.Ask.DecidedAt + Skew || at < facts.Ask.DecidedAt - StatementLife)
            ? Time.BrokenBy(
                "at",
                $"a time between {ApprovalStatement.WriteTime(facts.Ask.DecidedAt - StatementLife)} and now, in UTC",
                ApprovalStatement.WriteTime(at),
                "The statement's time can't be right, or it is too old.",
                "set the clock (UTC), sign again"
            )
            : null;

    private static Violation? FindReason(JudgedRevocation facts)
    {
        var allowed = Reasons(facts.Ask.Asker, facts.Ask.Action);
        return allowed.Contains(facts.Ask.Reason)
            ? null
            : ReasonNotGiven.BrokenBy(
                "reason",
                allowed.Count == 0 ? "nothing but a revocation" : "one of " + string.Join(", ", allowed.Select(reason => reason.Name())),
                facts.Ask.Reason.Name(),
                "This is no reason that this asker may give.",
                "give the reason that fits best; keyCompromise where the key may be known to others"
            );
    }

    /// <summary>A CA's and an attribute authority's key are no reasons for an end entity's certificate.</summary>
    public static IReadOnlyList<RevocationReason> Reasons(RevocationAsker asker, RevocationAction action) =>
        (action, asker) switch
        {
            (RevocationAction.Revoke, RevocationAsker.Officer or RevocationAsker.Operator or RevocationAsker.Succession) =>
            [
                RevocationReason.Unspecified,
                RevocationReason.KeyCompromise,
                RevocationReason.AffiliationChanged,
                RevocationReason.Superseded,
                RevocationReason.CessationOfOperation,
                RevocationReason.PrivilegeWithdrawn,
            ],
            (RevocationAction.Revoke, _) =>
            [
                RevocationReason.Unspecified,
                RevocationReason.KeyCompromise,
                RevocationReason.AffiliationChanged,
                RevocationReason.Superseded,
                RevocationReason.CessationOfOperation,
            ],
            // What was held while it was signed anew is on hold under the new generation too.
            (RevocationAction.Hold, RevocationAsker.Succession) => [RevocationReason.CertificateHold],
            (_, RevocationAsker.Station or RevocationAsker.Officer or RevocationAsker.Operator) => [action.ImpliedReason()!.Value],
            _ => [],
        };

    private static IEnumerable<Violation> FindState(JudgedRevocation facts)
    {
        var (ask, certificate) = (facts.Ask, facts.Certificate);
        if (ask.Action != RevocationAction.Revoke && !certificate.IsDevice)
            yield return HoldOfDevices.BrokenBy(
                "action",
                "revoke",
                ask.Action.Name(),
                "Only a device's certificate is put on hold.",
                "revoke it, or leave it"
            );
        else if (!RevocationPolicy.IsPossible(ask.Action, certificate.Current))
            yield return NotHeld.BrokenBy(
                "action",
                ask.Action == RevocationAction.Release ? "a certificate on hold" : "a certificate that is not revoked",
                certificate.Current is { } reason ? $"one that is revoked ({reason.Name()})" : "one that is not on hold",
                "What is revoked for good stays revoked.",
                "have the unit certified again"
            );
        else if (
            ask is { Action: RevocationAction.Release, Asker: RevocationAsker.Station }
            && certificate.Current == RevocationReason.CertificateHold
            && certificate.ChangedBy != RevocationAsker.Station
        )
            yield return HeldByAnother.BrokenBy(
                "action",
                "a hold by a station",
                "a hold by somebody else",
                "The unit was not put on hold by a station.",
                "call the operator: operator revocation release --mac …"
            );
    }

    private IEnumerable<Violation> FindCount(JudgedRevocation facts)
    {
        var asker = facts.Ask.Asker;
        // The key itself speaks for each, or a certificate that was issued under rules of its own.
        if (asker is RevocationAsker.Possession or RevocationAsker.Succession)
            yield break;
        if (facts.Ask.Action != RevocationAction.Revoke && facts.Asker.ChangedBefore >= MostChanges)
            yield return TooOften.BrokenBy(
                "serialNumber",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"at most {MostChanges} changes of one certificate within {_settings.WindowHours} h"
                ),
                string.Create(CultureInfo.InvariantCulture, $"{facts.Asker.ChangedBefore} before this one"),
                "The unit was held and released too often.",
                "revoke it, or wait"
            );
        if (facts.Asker.TakenAlone >= _settings.MostAlone)
            yield return TooMany.BrokenBy(
                "serialNumber",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"at most {_settings.MostAlone} certificates within {_settings.WindowHours} h by one asker"
                ),
                string.Create(CultureInfo.InvariantCulture, $"{facts.Asker.TakenAlone} before this one"),
                "More at once need two officers.",
                "call the operator: operator revocation recall …, then signctl officer approve-recall by two officers"
            );
        if (asker is RevocationAsker.Provider or RevocationAsker.Station && facts.Asker.TakenUnsigned >= _settings.MostUnsigned)
            yield return TooManyUnsigned.BrokenBy(
                "serialNumber",
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"at most {_settings.MostUnsigned} certificates within {_settings.WindowHours} h by all providers and stations"
                ),
                string.Create(CultureInfo.InvariantCulture, $"{facts.Asker.TakenUnsigned} before this one"),
                "So many revocations by nothing but the front door's word need somebody to look.",
                "prove that you have the key (signctl revoke --certificate … --key …), or call the operator"
            );
    }
}
