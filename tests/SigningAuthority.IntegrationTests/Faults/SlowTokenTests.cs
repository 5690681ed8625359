using System.Diagnostics;
using System.Text.RegularExpressions;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.IntegrationTests.Storage;
using SigningAuthority.Issuance.Requests;
using Xunit;

namespace SigningAuthority.IntegrationTests.Faults;

/// <summary>A token that needs longer for a batch than a lease lasts: opensc's pkcs11-spy, whose record is read slowly through a pipe.</summary>
public sealed partial class SlowTokenTests(FaultedAuthority authority) : FaultScenario(authority)
{
    private const string Spy = "/usr/lib/x86_64-linux-gnu/pkcs11-spy.so";
    private const int Devices = 150;
    private static readonly TimeSpan Signature = TimeSpan.FromMilliseconds(100);
    private volatile bool _isSlow;

    [Fact]
    public async Task A_batch_that_is_signed_for_longer_than_its_lease_is_nobody_elses_and_costs_one_attempt()
    {
        var pipe = Path.Combine(Running.Scratch, $"slow-{Guid.NewGuid():N}");
        using (var made = Process.Start("mkfifo", pipe))
            await made.WaitForExitAsync();
        // Both ends, so that opening waits for nobody.
        await using var record = new FileStream(pipe, FileMode.Open, FileAccess.ReadWrite, FileShare.ReadWrite, bufferSize: 0);
        var reading = Task.Run(() => ReadAsync(record));
        var signer = await StartSignerAsync(
            "slow",
            nameof(Lane.Device),
            untilReady: true,
            ("Keys__Pkcs11__Module", Spy),
            ("PKCS11SPY", SoftHsmToken.Module),
            ("PKCS11SPY_OUTPUT", pipe)
        );
        try
        {
            _isSlow = true;
            var work = await Authority.SubmitAsync(devices: Devices);
            await Eventually.TrueAsync(
                () =>
                    Authority.Database.ScalarAsync<bool>(
                        $"select exists (select from sa.signing_request where state = 'Signing' and due_at > submitted_at + interval '{3 * LeaseSeconds} seconds')"
                    ),
                "the leases are renewed"
            );
            _isSlow = false;
            await work.RequireIssuedAsync();
            Assert.Equal(1, await work.MostAttemptsAsync());
        }
        finally
        {
            _isSlow = false;
            await signer.Process.StopAsync();
            await record.WriteAsync("\nover\n"u8.ToArray());
            await reading;
        }
    }

    private async Task ReadAsync(Stream record)
    {
        using var lines = new StreamReader(record, bufferSize: 1024, leaveOpen: true);
        while (await lines.ReadLineAsync() is { } line && line != "over")
        {
            if (_isSlow && SignCall().IsMatch(line))
                await Task.Delay(Signature);
        }
    }

    // As in "1234: C_Sign"; C_SignInit is another function.
    [GeneratedRegex(@"^\d+: C_Sign\r?$")]
    private static partial Regex SignCall();
}
