using System.Net;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Officers;
using SigningAuthority.IntegrationTests.Stations;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Approvals;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Revocations;
using Xunit;

namespace SigningAuthority.IntegrationTests.Revocations;

[Collection(FactoryFlows.Name)]
public sealed class DeviceRevocationTests(RunningAuthority authority) : IClassFixture<SoundLog>
{
    private readonly RevocationDesk _desk = new(authority);

    [Fact]
    public async Task A_station_scraps_its_own_unit_and_that_is_effective_when_the_answer_is_there()
    {
        var certified = await _desk.CertifyAsync();

        var answer = await _desk.OfStationAsync(
            new
            {
                mac = certified.Unit.Mac,
                action = "scrap",
                note = "board broken",
            }
        );

        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        Assert.Equal(("effective", certified.SerialNumber), (answer.Member("status"), answer.Member("serialNumber")));
        Assert.Equal((int)RevocationReason.CessationOfOperation, await _desk.StateAsync(certified));
        var entry = Assert.Single(await _desk.EntriesAsync(certified, "certificate.revoked"));
        Assert.StartsWith("signer/", entry.GetProperty("actor").GetString());
        Assert.Equal("station", entry.GetProperty("asker").GetString());
        Assert.Equal("station/line-1", entry.GetProperty("requestedBy").GetString());
        Assert.Equal("board broken", entry.GetProperty("note").GetString());
        // What is revoked is not handed out again.
        ProblemAssert.Breaks(
            await new StationDesk(authority.StationClient()).SubmitAsync(certified.Unit.Submission),
            HttpStatusCode.Conflict,
            "device-certificate-revoked"
        );
        // Saying it again changes nothing.
        Assert.Equal(HttpStatusCode.OK, (await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "scrap" })).Status);
        Assert.Single(await _desk.EntriesAsync(certified, "revocation.requested"));
    }

    [Fact]
    public async Task A_unit_is_held_and_released_and_held_and_then_revoked_since_the_second_hold()
    {
        var certified = await _desk.CertifyAsync();
        var since = new List<string>();
        foreach (var action in (string[])["hold", "release", "hold", "scrap"])
        {
            var answer = await _desk.OfStationAsync(
                new
                {
                    authority = certified.Authority,
                    serialNumber = certified.SerialNumber.ToLowerInvariant(),
                    action,
                }
            );
            Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
            since.Add(answer.Member("effectiveAt"));
        }

        Assert.Equal(since[2], since[3]);
        Assert.Equal((int)RevocationReason.CessationOfOperation, await _desk.StateAsync(certified));
        Assert.Equal(2, (await _desk.EntriesAsync(certified, "certificate.held")).Count);
        Assert.Single(await _desk.EntriesAsync(certified, "certificate.released"));
        ProblemAssert.Breaks(
            await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "release" }),
            HttpStatusCode.UnprocessableEntity,
            "revocation-not-on-hold"
        );
    }

    [Fact]
    public async Task Another_stations_unit_is_not_there_whatever_it_is_named_by()
    {
        using var certificate = await authority.EnrolStationAsync("line-revoking");
        var owner = authority.Client(certificate: certificate);
        var order = await new OrderDesk(authority).MakeAsync(OrderDesk.Wide(1) with { Stations = ["line-revoking"] });
        var certified = await _desk.CertifyAsync(owner, unit => OrderDesk.Draw(unit, order));

        var byMac = await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "scrap" });
        var bySerial = await _desk.OfStationAsync(
            new
            {
                authority = certified.Authority,
                serialNumber = certified.SerialNumber,
                action = "hold",
            }
        );
        var unknown = await _desk.OfStationAsync(new { mac = "000E08FFFEFF", action = "scrap" });

        Assert.All([byMac, bySerial, unknown], answer => ProblemAssert.Is(answer, HttpStatusCode.NotFound, "not-found"));
        Assert.Equal(unknown.Text, byMac.Text);
        Assert.Null(await _desk.StateAsync(certified));
        Assert.Equal(
            HttpStatusCode.Created,
            (await _desk.OfStationAsync(new { mac = certified.Unit.Mac, action = "scrap" }, owner)).Status
        );
    }

    [Fact]
    public async Task Whoever_has_the_key_revokes_the_certificate_with_no_other_credential()
    {
        var certified = await _desk.CertifyAsync();
        var (certificate, key) = (Path.Combine(authority.Scratch, "stolen.crt"), Path.Combine(authority.Scratch, "stolen.key"));
        await File.WriteAllTextAsync(certificate, certified.Pem);
        await File.WriteAllTextAsync(key, certified.Unit.Key.ExportPkcs8PrivateKeyPem());

        var revoked = await RunningAuthority.SignctlAsync(
            "revoke",
            "--certificate",
            certificate,
            "--key",
            key,
            "--reason",
            "keyCompromise",
            "--url",
            authority.Address.ToString(),
            "--cacert",
            authority.ServiceRootFile
        );

        Assert.Contains("effective", revoked.MustSucceed().Output);
        Assert.Equal((int)RevocationReason.KeyCompromise, await _desk.StateAsync(certified));
        var entry = Assert.Single(await _desk.EntriesAsync(certified, "certificate.revoked"));
        Assert.Equal("possession", entry.GetProperty("asker").GetString());
        // What the entry holds proves it to anybody.
        using var issued = X509Certificate2.CreateFromPem(certified.Pem);
        Assert.True(
            issued
                .GetRSAPublicKey()!
                .VerifyData(
                    new PossessionStatement("client", certified.Number, RevocationReason.KeyCompromise).Encode(),
                    entry.GetProperty("signature").GetBytesFromBase64(),
                    HashAlgorithmName.SHA256,
                    RSASignaturePadding.Pkcs1
                )
        );
    }

    /// <summary>What another CA shipped: a revocation accepted with a signature made from the public certificate alone.</summary>
    [Fact]
    public async Task A_signature_by_anything_but_the_certificates_key_over_this_very_statement_is_refused()
    {
        var (certified, other) = (await _desk.CertifyAsync(), await _desk.CertifyAsync());
        using var issued = X509Certificate2.CreateFromPem(certified.Pem);
        byte[][] signatures =
        [
            other.Sign(RevocationReason.KeyCompromise),
            certified.Sign(RevocationReason.KeyCompromise, other.Unit.Key),
            certified.Sign(RevocationReason.Superseded),
            // All that the public certificate has to offer.
            SignatureOf(issued),
            issued
                .GetRSAPublicKey()!
                .Encrypt(
                    new PossessionStatement("client", certified.Number, RevocationReason.KeyCompromise).Encode()[..100],
                    RSAEncryptionPadding.Pkcs1
                ),
            SHA256.HashData(issued.RawData),
            [1],
            new byte[256],
        ];
        foreach (var signature in signatures)
            ProblemAssert.Breaks(await _desk.ProveAsync(certified, signature), HttpStatusCode.UnprocessableEntity, "revocation-signature");

        // Signed like PSS: another algorithm, no room for a choice.
        var pss = certified.Unit.Key.SignData(
            new PossessionStatement("client", certified.Number, RevocationReason.KeyCompromise).Encode(),
            HashAlgorithmName.SHA256,
            RSASignaturePadding.Pss
        );
        ProblemAssert.Breaks(await _desk.ProveAsync(certified, pss), HttpStatusCode.UnprocessableEntity, "revocation-signature");
        Assert.Null(await _desk.StateAsync(certified));
        Assert.Empty(await _desk.EntriesAsync(certified, "revocation.requested"));
    }

    [Fact]
    public async Task A_certificate_that_is_not_the_issued_one_is_refused_though_its_key_signed()
    {
        var certified = await _desk.CertifyAsync();
        using var issued = X509Certificate2.CreateFromPem(certified.Pem);
        using var forger = RSA.Create(2048);
        var made = new CertificateRequest(issued.SubjectName, forger, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1);
        using var forged = made.Create(
            issued.IssuerName,
            X509SignatureGenerator.CreateForRSA(forger, RSASignaturePadding.Pkcs1),
            new DateTimeOffset(issued.NotBefore),
            new DateTimeOffset(issued.NotAfter),
            Convert.FromHexString(certified.SerialNumber)
        );

        var answer = await _desk.ProveAsync(
            certified with
            {
                Pem = forged.ExportCertificatePem(),
            },
            certified.Sign(RevocationReason.KeyCompromise, forger)
        );

        ProblemAssert.Breaks(answer, HttpStatusCode.UnprocessableEntity, "revocation-certificate-unknown");
        // By name it is the issued certificate whose key counts.
        ProblemAssert.Breaks(
            await _desk.AskAsync(
                new
                {
                    authority = "client",
                    serialNumber = certified.SerialNumber,
                    reason = "keyCompromise",
                    signature = Convert.ToBase64String(certified.Sign(RevocationReason.KeyCompromise, forger)),
                }
            ),
            HttpStatusCode.UnprocessableEntity,
            "revocation-signature"
        );
        Assert.Null(await _desk.StateAsync(certified));
    }

    [Fact]
    public async Task An_officer_revokes_by_a_signed_statement_which_is_used_once()
    {
        var alice = await OfficerAtTerminal.RegisterAsync(authority, "alice");
        var certified = await _desk.CertifyAsync();
        string[] named = ["--authority", "client", "--serial-number", certified.SerialNumber, "--key", alice.KeyFile];

        var held = await alice.RunAsync(["hold", .. named, "--note", "reported missing"]);
        var released = await alice.RunAsync(["release", .. named]);
        var revoked = await alice.RunAsync(["revoke", .. named, "--reason", "privilegeWithdrawn"]);

        foreach (var result in (ProgramResult[])[held, released, revoked])
            Assert.Contains("effective", result.MustSucceed().Output);
        Assert.Equal((int)RevocationReason.PrivilegeWithdrawn, await _desk.StateAsync(certified));
        var entry = Assert.Single(await _desk.EntriesAsync(certified, "certificate.held"));
        Assert.Equal("officer/" + alice.Name, entry.GetProperty("requestedBy").GetString());
        Assert.Equal("reported missing", entry.GetProperty("note").GetString());

        var (bob, another) = (await Officer.RegisterAsync(authority), await _desk.CertifyAsync());
        var statement = RevocationDesk.Statement(bob, another, RevocationAction.Hold);
        var signature = bob.Sign(statement.ToString());
        var first = await _desk.WriteAsync(
            another,
            "Officer",
            bob.Id,
            "officer/" + bob.Name,
            "certificateHold",
            "Hold",
            statement.At,
            signature
        );
        Assert.Equal("Effective", await _desk.OutcomeAsync(first));
        await authority.OperatorAsync("revocation", "release", "--mac", another.Unit.Mac);
        var again = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            _desk.WriteAsync(another, "Officer", bob.Id, "officer/" + bob.Name, "certificateHold", "Hold", statement.At, signature)
        );
        Assert.Equal("revocation_request_statement", again.ConstraintName);
        Assert.Equal((int)RevocationReason.RemoveFromCrl, await _desk.StateAsync(another));
    }

    [Fact]
    public async Task An_operator_lists_first_and_then_revokes_what_is_chosen_by_a_range()
    {
        var (first, second) = (await _desk.CertifyAsync(), await _desk.CertifyAsync());
        var macs = new[] { first.Unit.Mac, second.Unit.Mac }.Order().ToArray();
        string[] chosen = ["--mac", $"{macs[0]}..{macs[1]}", "--serial", first.Unit.Serial];

        var listed = await authority.OperatorAsync(["revocation", "add", .. chosen, "--reason", "superseded", "--dry-run"]);
        Assert.Equal($"client {first.SerialNumber} {first.Unit.Mac} {first.Unit.Serial} good", listed.Trim());
        Assert.Null(await _desk.StateAsync(first));

        var held = await authority.OperatorAsync(["revocation", "hold", .. chosen, "--note", "looked at"]);
        Assert.Contains($"client {first.SerialNumber} {first.Unit.Mac} Effective", held);
        await authority.OperatorAsync(["revocation", "release", .. chosen]);
        await authority.OperatorAsync(["revocation", "add", .. chosen, "--reason", "superseded"]);

        Assert.Equal((int)RevocationReason.Superseded, await _desk.StateAsync(first));
        Assert.Null(await _desk.StateAsync(second));
        var shown = await authority.OperatorAsync("revocation", "show", "--mac", first.Unit.Mac);
        Assert.Contains("revoked", shown);
        Assert.Equal(4, shown.Trim().Split('\n').Length);
    }

    [Fact]
    public async Task An_operator_holds_releases_and_revokes_by_issuer_and_serial_number_and_sees_what_became_of_it()
    {
        var certified = await _desk.CertifyAsync();
        string[] named = ["--authority", certified.Authority, "--serial-number", certified.SerialNumber.ToLowerInvariant()];

        foreach (
            var (arguments, reason) in ((string[], RevocationReason)[])
                [
                    (["hold", .. named, "--note", "reported missing"], RevocationReason.CertificateHold),
                    (["release", .. named], RevocationReason.RemoveFromCrl),
                    (["add", .. named, "--reason", "privilegeWithdrawn"], RevocationReason.PrivilegeWithdrawn),
                ]
        )
        {
            var told = await authority.OperatorAsync(["revocation", .. arguments]);
            Assert.Equal($"client {certified.SerialNumber} {certified.Unit.Mac} Effective", told);
            Assert.Equal((int)reason, await _desk.StateAsync(certified));
        }

        var refused = await authority.RunSignerVerbAsync("sa_operator", ["operator", "revocation", "release", .. named]);
        Assert.True(refused.ExitCode == 1, refused.ToString());
        Assert.Contains("revocation-not-on-hold", refused.Error);
        Assert.Equal((int)RevocationReason.PrivilegeWithdrawn, await _desk.StateAsync(certified));

        string[] asked = ["removeFromCRL Refused", "privilegeWithdrawn Effective", "removeFromCRL Effective", "certificateHold Effective"];
        // Recalls come before; of requests the newest four.
        var listed = (await authority.OperatorAsync("revocation", "list", "--limit", "4")).Split('\n');
        Assert.Equal(asked, listed.Where(line => !line.StartsWith("recall ", StringComparison.Ordinal)).Select(Became));
        var shown = (await authority.OperatorAsync(["revocation", "show", .. named])).Split('\n');
        Assert.StartsWith($"client {certified.SerialNumber} {certified.Unit.Mac} {certified.Unit.Serial} revoked ", shown[0]);
        Assert.EndsWith(" privilegeWithdrawn", shown[0]);
        Assert.Equal(asked.AsEnumerable().Reverse(), shown[1..].Select(line => Became(line.Trim())));

        // Request, authority, serial number, reason, time, who asked, the unit, what became of it.
        string Became(string line)
        {
            var words = line.Split(' ');
            Assert.Equal(
                (certified.RequestId.ToString(), certified.SerialNumber, "operator/operator-at-test", certified.Unit.Mac),
                (words[0], words[2], words[5], words[6])
            );
            return $"{words[3]} {words[7]}";
        }
    }

    [Fact]
    public async Task A_station_holds_releases_and_scraps_its_unit_by_signctl()
    {
        var certified = await _desk.CertifyAsync();
        foreach (
            var (action, reason) in ((string[], RevocationReason)[])
                [
                    (["--action", "hold", "--note", "in the lab"], RevocationReason.CertificateHold),
                    (["--action", "release"], RevocationReason.RemoveFromCrl),
                    // Scrap is what is meant unless something else is said.
                    ([], RevocationReason.CessationOfOperation),
                ]
        )
        {
            var result = await RevokeByStationAsync(["--mac", certified.Unit.Mac, .. action]);
            Assert.Contains("effective", result.MustSucceed().Output);
            Assert.Equal((int)reason, await _desk.StateAsync(certified));
        }

        var entry = Assert.Single(await _desk.EntriesAsync(certified, "certificate.held"));
        Assert.Equal(("station", "in the lab"), (entry.GetProperty("asker").GetString(), entry.GetProperty("note").GetString()));
        var refused = await RevokeByStationAsync([
            "--authority",
            certified.Authority,
            "--serial-number",
            certified.SerialNumber,
            "--action",
            "release",
        ]);
        Assert.True(refused.ExitCode == 2, refused.ToString());
        Assert.Contains("revocation-not-on-hold", refused.Error);
        Assert.Equal((int)RevocationReason.CessationOfOperation, await _desk.StateAsync(certified));
    }

    [Fact]
    public async Task A_reissue_makes_the_certificate_before_revoked_and_says_what_took_its_place()
    {
        var certified = await _desk.CertifyAsync();
        var again = certified.Unit with { Key = Faults.QuickKeys.Next() };

        var answer = await new StationDesk(authority.StationClient()).SubmitAsync(again.Reissue("scrap"));

        Assert.True(answer.Status == HttpStatusCode.Created, answer.ToString());
        await Eventually.TrueAsync(async () => await _desk.StateAsync(certified) is not null, "the certificate before is revoked");
        Assert.Equal((int)RevocationReason.CessationOfOperation, await _desk.StateAsync(certified));
        Assert.Equal(
            answer.Member("id"),
            (
                await _desk.Everything.ScalarAsync<Guid>(
                    $"select replacement from sa.revocation_request where request_id = '{certified.RequestId}' and asker = 'Succession'"
                )
            ).ToString()
        );
    }

    private Task<ProgramResult> RevokeByStationAsync(string[] arguments) => authority.StationSignctlAsync(["revoke", .. arguments]);

    private static byte[] SignatureOf(X509Certificate2 certificate)
    {
        var reader = new System.Formats.Asn1.AsnReader(certificate.RawData, System.Formats.Asn1.AsnEncodingRules.DER).ReadSequence();
        reader.ReadEncodedValue();
        reader.ReadEncodedValue();
        return reader.ReadBitString(out _);
    }
}
