using System.Security.Cryptography;
using Microsoft.Extensions.Logging.Abstractions;
using SigningAuthority.IntegrationTests.Fixtures;
using SigningAuthority.Issuance.Keys;
using SigningAuthority.Signer.Keys;
using Xunit;

namespace SigningAuthority.IntegrationTests.Keys;

[Collection(InProcessTokens.Name)]
public sealed class TokenTakenAwayTests : IAsyncLifetime
{
    private static readonly byte[] Data = RandomNumberGenerator.GetBytes(700);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private SoftHsmToken _token = null!;
    private Pkcs11KeyStore _store = null!;

    public async Task InitializeAsync()
    {
        _token = await SoftHsmToken.CreateForThisProcessAsync();
        _store = new Pkcs11KeyStore(new Pkcs11Options(SoftHsmToken.Module, _token.Label, _token.PinFile));
    }

    public async Task DisposeAsync()
    {
        _store.Dispose();
        await _token.DisposeAsync();
    }

    [Fact]
    public async Task An_open_key_fails_transiently_while_the_token_is_away_and_signs_again_when_it_is_back()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        var before = key.Sign(Data);

        _token.TakeAway();
        for (var i = 0; i < 3; i++)
            Assert.True(Assert.Throws<KeyStoreException>(() => key.Sign(Data)).IsTransient);
        _token.PutBack();

        Assert.Equal(before, await EventuallyAsync(() => key.Sign(Data)));
    }

    [Fact]
    public async Task A_probe_notices_without_signing_that_the_token_went_and_came()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        _store.Probe();

        _token.TakeAway();
        Assert.True(Assert.Throws<KeyStoreException>(_store.Probe).IsTransient);
        Assert.True(Assert.Throws<KeyStoreException>(() => _store.Open("root")).IsTransient);
        _token.PutBack();

        await EventuallyAsync(() =>
        {
            _store.Probe();
            return true;
        });
    }

    [Fact]
    public async Task A_store_opened_before_its_token_is_there_works_once_it_is()
    {
        _store.Create("root", KeyAlgorithm.Rsa2048).Dispose();
        _token.TakeAway();
        using var store = new Pkcs11KeyStore(new Pkcs11Options(SoftHsmToken.Module, _token.Label, _token.PinFile));
        Assert.True(Assert.Throws<KeyStoreException>(() => store.Open("root")).IsTransient);

        _token.PutBack();

        using var key = await EventuallyAsync(() => store.Open("root"));
        Assert.NotEmpty(key.Sign(Data));
    }

    [Fact]
    public async Task Threads_that_keep_signing_see_faults_only_while_the_token_is_away_and_never_a_wrong_signature()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        using var verifier = RSA.Create();
        verifier.ImportSubjectPublicKeyInfo(key.SubjectPublicKeyInfo, out _);
        using var stop = new CancellationTokenSource();
        var (signed, faults) = (0, 0);
        var signers = Enumerable
            .Range(0, 8)
            .Select(_ =>
                Task.Run(() =>
                {
                    while (!stop.IsCancellationRequested)
                    {
                        var data = RandomNumberGenerator.GetBytes(100);
                        try
                        {
                            Assert.True(verifier.VerifyData(data, key.Sign(data), HashAlgorithmName.SHA256, RSASignaturePadding.Pkcs1));
                            Interlocked.Increment(ref signed);
                        }
                        catch (KeyStoreException e)
                        {
                            Assert.True(e.IsTransient, e.Message);
                            Interlocked.Increment(ref faults);
                            Thread.Yield();
                        }
                    }
                })
            )
            .ToArray();

        for (var round = 0; round < 5; round++)
        {
            var (signedBefore, faultsBefore) = (Volatile.Read(ref signed), Volatile.Read(ref faults));
            await EventuallyAsync(() => Volatile.Read(ref signed) > signedBefore + 50);
            _token.TakeAway();
            await EventuallyAsync(() => Volatile.Read(ref faults) > faultsBefore + 50);
            _token.PutBack();
        }

        var last = Volatile.Read(ref signed);
        await EventuallyAsync(() => Volatile.Read(ref signed) > last + 50);
        await stop.CancelAsync();
        await Task.WhenAll(signers);
    }

    [Fact]
    public async Task Health_tells_of_the_token_and_lanes_wait_for_it()
    {
        using var key = _store.Create("root", KeyAlgorithm.Rsa2048);
        using var health = new TokenHealth(_store, TimeProvider.System, NullLogger<TokenHealth>.Instance);
        await health.StartAsync(CancellationToken.None);
        await health.WaitUntilOkAsync(CancellationToken.None).WaitAsync(Patience);
        Assert.Contains(_token.Label, health.Current.Detail);

        _token.TakeAway();
        health.Report(Assert.Throws<KeyStoreException>(() => key.Sign(Data)));
        Assert.False(health.Current.IsOk);
        var waiting = health.WaitUntilOkAsync(CancellationToken.None);
        Assert.False(waiting.IsCompleted);

        _token.PutBack();
        await waiting.WaitAsync(Patience);
        Assert.True(health.Current.IsOk);
        Assert.NotEmpty(key.Sign(Data));
        await health.StopAsync(CancellationToken.None);
    }

    private static async Task EventuallyAsync(Func<bool> condition) =>
        await EventuallyAsync<bool>(() => condition() ? true : throw new KeyStoreException("not yet", isTransient: true));

    private static async Task<T> EventuallyAsync<T>(Func<T> act)
    {
        var deadline = DateTimeOffset.UtcNow + Patience;
        while (true)
        {
            try
            {
                return act();
            }
            catch (KeyStoreException e) when (e.IsTransient && DateTimeOffset.UtcNow < deadline)
            {
                await Task.Delay(20);
            }
        }
    }
}
