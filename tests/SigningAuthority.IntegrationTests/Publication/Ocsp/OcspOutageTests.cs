using System.Collections.Concurrent;
using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Certificates;
using SigningAuthority.Issuance.Ocsp;
using SigningAuthority.Storage.Ocsp;
using Xunit;

namespace SigningAuthority.IntegrationTests.Publication.Ocsp;

/// <summary>An authority of its own, two Signers beside each other at one token.</summary>
public sealed class OcspSite : IAsyncLifetime
{
    internal static readonly string[] Signers = ["one", "two"];

    internal RunningAuthority Authority { get; private set; } = null!;

    public async Task InitializeAsync() =>
        Authority = await RunningAuthority.StartAsync(
            new AuthorityOptions
            {
                CaConfig = MakeConfig(),
                Signers = Signers.ToDictionary(name => name, _ => (IReadOnlyDictionary<string, string>)new Dictionary<string, string>()),
            }
        );

    /// <summary>Many ask from one address here.</summary>
    private static string MakeConfig()
    {
        var folder = Directory.CreateTempSubdirectory("sa-ocsp-").FullName;
        CaConfigCopy.Write(
            folder,
            (
                "policies/policy.json",
                policy =>
                {
                    policy["ocsp"]!["mostOnDemandPerSecond"] = 100_000;
                    policy["ocsp"]!["mostOnDemandPerAddress"] = 100_000;
                }
            )
        );
        return folder;
    }

    public Task DisposeAsync() => Authority.DisposeAsync().AsTask();
}

/// <summary>What becomes of questions while Signers die, are away, or are several.</summary>
public sealed class OcspOutageTests(OcspSite site) : IClassFixture<OcspSite>
{
    // The front door waits five seconds for the key room; a busy machine takes its time beyond that. Callers themselves wait for a hundred.
    private static readonly TimeSpan LongestWait = TimeSpan.FromSeconds(30);

    private readonly RunningAuthority _authority = site.Authority;
    private readonly OcspFlow _flow = new(site.Authority);

    [Fact]
    public async Task Several_signers_that_are_asked_for_the_first_time_make_one_responder()
    {
        var root = await _flow.RootAsync("cisco-sb");

        var answers = await Task.WhenAll(
            Enumerable.Range(0, 40).Select(_ => _flow.Client.AskAsync(root, RandomNumberGenerator.GetBytes(16)))
        );

        Assert.All(answers, answer => Assert.Equal("good", answer));
        Assert.Equal(1, await CountAsync("sa.ocsp_responder where authority = 'cisco-sb'"));
        Assert.Equal(1, await CountAsync("sa.certificate where authority = 'cisco-sb'"));
        await _authority.VerifyLogAsync();
    }

    [Fact]
    public async Task What_was_intended_and_not_issued_is_unknown()
    {
        var (device, station) = (await _flow.DeviceAsync(), (await _flow.RootAsync("station")).Unissued());
        // As between the two commits of the issuance procedure.
        await Superuser.ExecuteAsync(
            $"""
            insert into sa.intent (request_id, authority, serial_number, to_be_signed, profile, not_before, not_after, policy_hash)
            select request_id, 'station', '\x{Convert.ToHexString(
                station.SerialNumber
            )}', to_be_signed, profile, not_before, not_after, policy_hash
            from sa.intent where serial_number = '\x{Convert.ToHexString(device.SerialNumber)}'
            """
        );

        Assert.Equal("good", await _flow.Client.AskAsync(device));
        Assert.Equal("unknown", await _flow.Client.AskAsync(station));
    }

    [Fact]
    public async Task A_signer_that_is_killed_while_it_answers_takes_no_answer_along()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));
        var told = new ConcurrentBag<string>();
        using var stop = new CancellationTokenSource();
        var askers = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(async () =>
                {
                    while (!stop.IsCancellationRequested)
                        told.Add(await TimedAsync(() => _flow.Client.AskOnceAsync(device, RandomNumberGenerator.GetBytes(16))));
                })
            )
            .ToList();
        await Eventually.TrueAsync(() => Task.FromResult(told.Count > 50), "answers are given");

        await _authority.KillSignerAsync(OcspSite.Signers[0]);
        try
        {
            var before = told.Count;
            await Eventually.TrueAsync(() => Task.FromResult(told.Count > before + 50), "the other Signer goes on");
        }
        finally
        {
            await stop.CancelAsync();
            await Task.WhenAll(askers);
            await _authority.StartSignerAsync(OcspSite.Signers[0]);
        }

        // Whoever waits for the one that died is answered by the other, or told to come back.
        Assert.All(told, answer => Assert.True(answer is "good" or nameof(OcspResponseStatus.TryLater), answer));
        Assert.InRange(told.Count(answer => answer != "good"), 0, askers.Count);
    }

    [Fact]
    public async Task Without_signers_stored_answers_go_on_until_their_nextUpdate_and_others_are_told_to_try_later()
    {
        var (stored, revoked, fresh) = (await _flow.DeviceAsync(), await _flow.DeviceAsync(), await _flow.DeviceAsync());
        Assert.Equal("good", await _flow.Client.AskAsync(stored));
        Assert.Equal("good", await _flow.Client.AskAsync(revoked));
        foreach (var signer in OcspSite.Signers)
            await _authority.KillSignerAsync(signer);
        try
        {
            // By the last transaction before it died.
            await _flow.Revoked.SetAsync(revoked, RevocationReason.Superseded);

            Assert.Equal("good", await _flow.Client.AskAsync(stored));
            // Whoever wants a nonce and can live without gets what there is (RFC 9654 §2.1); others wait at the same time.
            var (noNonce, notStored, noMore) = (
                PostTimedAsync(stored, RandomNumberGenerator.GetBytes(16)),
                PostTimedAsync(fresh),
                PostTimedAsync(revoked)
            );
            Assert.Equal("good", OcspClient.Read((await noNonce).Body, stored));
            Assert.Equal(OcspResponseStatus.TryLater, OcspClient.StatusOf(await notStored));
            Assert.Equal(OcspResponseStatus.TryLater, OcspClient.StatusOf(await noMore));
            await Eventually.TrueAsync(
                async () => await CountAsync("sa.ocsp_question") == 0,
                "questions that nobody waits for are taken back"
            );

            await Superuser.ExecuteAsync(
                "update sa.ocsp_response set this_update = now() - interval '2 hours', next_update = now() - interval '1 hour'"
            );
            Assert.Equal(OcspResponseStatus.TryLater, OcspClient.StatusOf(await PostTimedAsync(stored)));
        }
        finally
        {
            // Other tests need them, however this one ends.
            foreach (var signer in OcspSite.Signers)
                await _authority.StartSignerAsync(signer);
        }

        await Eventually.TrueAsync(async () => await _flow.Client.AskAsync(stored) == "good", "the key room answers again");
        Assert.Equal("good", await _flow.Client.AskAsync(fresh));
        Assert.StartsWith("revoked Superseded", await _flow.Client.AskAsync(revoked));
    }

    [Fact]
    public async Task An_answer_that_was_asked_for_lately_is_signed_again_ahead_and_others_are_not()
    {
        var (asked, forgotten) = (await _flow.DeviceAsync(), await _flow.DeviceAsync());
        await PostTimedAsync(asked);
        await PostTimedAsync(forgotten);
        await Superuser.ExecuteAsync(
            $"""
            update sa.ocsp_response set this_update = now() - interval '20 hours', next_update = now() + interval '4 hours',
                asked_at = now() - case when serial_number = '\x{Number(asked)}' then interval '3 hours' else interval '30 hours' end;
            -- Within one second the same octets would be signed again.
            update sa.ocsp_response set response = '\x3000' where serial_number = '\x{Number(asked)}';
            """
        );

        await Eventually.TrueAsync(async () => await CountAsync(Stored(asked)) == 1, "it is signed ahead");
        Assert.Equal(0, await CountAsync(Stored(forgotten)));
        Assert.Equal("good", OcspClient.Read((await PostTimedAsync(asked)).Body, asked));
    }

    [Fact]
    public async Task While_Postgres_is_away_callers_are_told_to_try_later()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));

        await _authority.Postgres.StopAsync();
        try
        {
            Assert.Equal(OcspResponseStatus.TryLater, OcspClient.StatusOf(await PostTimedAsync(device)));
        }
        finally
        {
            await _authority.Postgres.StartAsync();
        }

        await Eventually.TrueAsync(async () => await _flow.Client.AskAsync(device) == "good", "stored answers go on");
        await Eventually.TrueAsync(
            async () => await _flow.Client.AskAsync(device, RandomNumberGenerator.GetBytes(16)) == "good",
            "the key room answers again"
        );
    }

    [Fact]
    public async Task While_Postgres_hangs_callers_are_told_to_try_later()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));

        await using (var connection = await Superuser.OpenConnectionAsync())
        await using (await connection.BeginTransactionAsync())
        {
            await using var hang = new Npgsql.NpgsqlCommand("lock table sa.ocsp_response in access exclusive mode", connection);
            await hang.ExecuteNonQueryAsync();
            var answers = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => PostTimedAsync(device)));
            Assert.All(answers, answer => Assert.Equal(OcspResponseStatus.TryLater, OcspClient.StatusOf(answer)));
        }

        Assert.Equal("good", await _flow.Client.AskAsync(device));
    }

    [Fact]
    public async Task An_answer_that_ends_within_minutes_is_given_only_when_no_other_is_to_be_had()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));
        // Asked for so long ago that it is not signed ahead.
        await Superuser.ExecuteAsync(
            $"update sa.ocsp_response set next_update = now() + interval '5 minutes', asked_at = now() - interval '30 hours' where {Of(device)}"
        );

        Assert.Equal("good", OcspClient.Read((await PostTimedAsync(device)).Body, device));

        Assert.Equal(1, await CountAsync($"sa.ocsp_response where {Of(device)} and next_update > now() + interval '1 hour'"));
    }

    [Fact]
    public async Task A_responder_s_certificate_is_not_signed_for_a_key_that_no_token_of_the_lane_has()
    {
        using var key = RSA.Create(2048);
        var csr = new CertificateRequest("CN=mine", key, HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1).CreateSigningRequest();
        var (spki, id) = (key.ExportSubjectPublicKeyInfo(), Guid.NewGuid());
        // With all that the role of a Signer of another lane may write.
        await Signer.ExecuteAsync(
            $"insert into sa.ocsp_responder (authority, number, key_label, spki) values ('sipura', 90, 'ocsp-sipura-90', {Bytes(spki)})"
        );
        await Signer.ExecuteAsync(
            $$"""
            insert into sa.signing_request (id, kind, lane, csr, csr_sha256, spki_sha256, authorities, profile, submitted_by)
            values ('{{id}}', 'OcspResponder', 'Provider', {{Bytes(csr)}}, {{Bytes(SHA256.HashData(csr))}}, {{Bytes(
                SHA256.HashData(spki)
            )}},
                '{sipura}', 'ocsp-responder', 'signer/mine')
            """
        );

        await Eventually.TrueAsync(
            async () => await CountAsync($"sa.signing_request where id = '{id}' and failure like '%not in this Signer%'") == 1,
            "a Signer looks for the key in its own token"
        );
        Assert.Equal(0, await CountAsync($"sa.intent where request_id = '{id}'"));
    }

    [Fact]
    public async Task What_a_lost_responder_signed_goes_and_a_label_is_an_authority_s_own()
    {
        var root = await _flow.RootAsync("linksys");
        Assert.Equal("good", await _flow.Client.AskAsync(root));
        var responders = new OcspResponders(Signer);
        var before = Assert.Single(await responders.ReadAsync(["linksys"]));
        Assert.True(before is { Certificate: not null, IsCompromised: false, InVain: 0, IsAsked: false });
        using var responder = X509CertificateLoader.LoadCertificate(before.Certificate!);
        await _flow.Revoked.SetAsync(Asked.Of("linksys", root.Issuer, responder), RevocationReason.KeyCompromise);

        Assert.True((await responders.ReadAsync(["linksys"]))[0] is { Certificate: null, IsCompromised: true });
        await new OcspAtTheKey(Signer).ForgetAsync("linksys", SHA256.HashData(before.SubjectPublicKeyInfo));
        Assert.Equal(0, await CountAsync("sa.ocsp_response where authority = 'linksys'"));
        var kept = await Assert.ThrowsAsync<Npgsql.PostgresException>(() =>
            Signer.ExecuteAsync("insert into sa.ocsp_responder (authority, number, key_label, spki) values ('linksys', 91, 'linksys', '')")
        );
        Assert.Equal(Npgsql.PostgresErrorCodes.CheckViolation, kept.SqlState);
    }

    [Fact]
    public async Task A_responder_that_an_operator_revokes_is_followed_by_one_with_another_key()
    {
        const string id = "cisco-2k";
        var root = await _flow.RootAsync(id);
        Assert.Equal("good", await _flow.Client.AskAsync(root));
        using var lost = OcspClient.ResponderOf((await PostTimedAsync(root)).Body);

        var told = await _authority.OperatorAsync(
            "revocation",
            "add",
            "--authority",
            id,
            "--serial-number",
            lost.SerialNumber,
            "--reason",
            "keyCompromise"
        );

        Assert.Equal($"{id} {lost.SerialNumber} - Effective", told);
        // What it signed is stored and would be given for a day; each of the two Signers looks after its responders twice a minute.
        var key = SHA256.HashData(lost.PublicKey.ExportSubjectPublicKeyInfo());
        await Eventually.TrueAsync(
            async () =>
                await IsSignedByAnotherAsync(root, lost)
                && await CountAsync($"sa.ocsp_response where responder_spki_sha256 = {Bytes(key)}") == 0,
            "answers are signed with another key, and none of the lost one's is left",
            TimeSpan.FromMinutes(2)
        );
        Assert.StartsWith("revoked KeyCompromise at ", await _flow.Client.AskAsync(Asked.Of(id, root.Issuer, lost)));
    }

    [Fact]
    public async Task A_pass_over_what_is_due_looks_at_each_once_and_not_at_what_can_not_last_longer()
    {
        var now = DateTimeOffset.UtcNow;
        var ends = new DateTimeOffset(now.Ticks - now.Ticks % TimeSpan.TicksPerSecond, TimeSpan.Zero).AddHours(3);
        // Of an authority that no Signer signs for.
        await Superuser.ExecuteAsync(
            $"""
            insert into sa.ocsp_response (authority, serial_number, hash, response, this_update, next_update, responder_spki_sha256)
            select 'nobody', set_byte('\x0100'::bytea, 1, n), 'SHA-1', '\x00', now() - interval '20 hours',
                case when n > 5 then timestamptz '{ends:O}' else now() + interval '1 hour' end, '\x00'
            from generate_series(1, 9) n
            """
        );
        var (answers, looked, mark) = (new OcspAtTheKey(Signer), new List<string>(), (OcspPassMark?)null);
        do
        {
            var step = await answers.SignAheadAsync(
                [new ResponderEnd("nobody", ends)],
                TimeSpan.FromHours(8),
                TimeSpan.FromHours(24),
                2,
                mark,
                (keys, _) =>
                {
                    looked.AddRange(keys.Select(key => Convert.ToHexString(key.SerialNumber)));
                    return Task.FromResult<IReadOnlyList<NewOcspResponse>>([]);
                }
            );
            Assert.Equal(0, step.Stored);
            mark = step.Last;
        } while (mark is not null);

        Assert.Equal(["0101", "0102", "0103", "0104", "0105"], looked);
    }

    [Fact]
    public async Task The_answer_of_a_revocation_is_stored_whatever_the_clocks_say_and_a_locked_row_keeps_nobody()
    {
        var device = await _flow.DeviceAsync();
        Assert.Equal("good", await _flow.Client.AskAsync(device));
        // Signed by a clock that is five minutes ahead.
        await Superuser.ExecuteAsync($"update sa.ocsp_response set this_update = now() + interval '5 minutes' where {Of(device)}");

        await _flow.Revoked.SetAsync(device, RevocationReason.KeyCompromise);
        Assert.StartsWith("revoked KeyCompromise", await _flow.Client.AskAsync(device));
        Assert.Equal(1, await CountAsync($"sa.ocsp_response where {Of(device)} and revoked_xid is not null"));

        await using var connection = await Superuser.OpenConnectionAsync();
        await using var transaction = await connection.BeginTransactionAsync();
        await using var held = new Npgsql.NpgsqlCommand($"select 1 from sa.ocsp_response where {Of(device)} for update", connection);
        await held.ExecuteNonQueryAsync();
        var desk = new OcspDesk(_authority.Postgres.Connect("sa_api", _authority.Database));
        await desk.NoteAskedAsync([new OcspResponseKey(device.Authority, device.SerialNumber, "SHA-1")]).WaitAsync(LongestWait);
    }

    private Npgsql.NpgsqlDataSource Signer => _authority.Postgres.Connect("sa_signer", _authority.Database);

    private static string Of(Asked asked) => $"serial_number = {Bytes(asked.SerialNumber)}";

    private static string Bytes(byte[] octets) => $"'\\x{Convert.ToHexString(octets)}'";

    private Npgsql.NpgsqlDataSource Superuser => _authority.Postgres.Connect(PostgresCluster.Superuser, _authority.Database);

    private static string Number(Asked asked) => Convert.ToHexString(asked.SerialNumber);

    private static string Stored(Asked asked) =>
        $"sa.ocsp_response where serial_number = '\\x{Number(asked)}' and this_update > now() - interval '1 hour'";

    private async Task<bool> IsSignedByAnotherAsync(Asked asked, X509Certificate2 responder)
    {
        var answer = await PostTimedAsync(asked);
        // Between the two nobody can sign.
        if (OcspClient.StatusOf(answer) == OcspResponseStatus.TryLater)
            return false;
        Assert.Equal("good", OcspClient.Read(answer.Body, asked));
        using var signer = OcspClient.ResponderOf(answer.Body);
        return signer.GetPublicKeyString() != responder.GetPublicKeyString();
    }

    private Task<long> CountAsync(string what) => Superuser.ScalarAsync<long>($"select count(*) from {what}");

    private Task<Answer> PostTimedAsync(Asked asked, byte[]? nonce = null) =>
        TimedAsync(() => _flow.Client.PostAsync(OcspClient.Encode([asked.Id().Der], nonce)));

    private static async Task<T> TimedAsync<T>(Func<Task<T>> act)
    {
        var watch = Stopwatch.StartNew();
        var result = await act();
        Assert.InRange(watch.Elapsed, TimeSpan.Zero, LongestWait);
        return result;
    }
}
