using SigningAuthority.Api.Requests;

namespace SigningAuthority.Api.Publication.Ocsp;

/// <summary>Where callers wait for the key room's answers. One address has a share, so that it can't keep all others out.</summary>
internal sealed class OcspPlaces : IDisposable
{
    private const int Places = 1024;
    private const int Share = 256;

    private readonly DividedRoom _room = new(Places, Share);

    /// <returns>A place, free again once disposed; null when there is none.</returns>
    public IDisposable? TryEnter(string? source) => _room.TryEnter(source ?? "", out _);

    public void Dispose() => _room.Dispose();
}
