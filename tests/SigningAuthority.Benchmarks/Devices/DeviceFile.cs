namespace SigningAuthority.Benchmarks.Devices;

/// <summary>Reads a file of devices. Lines have one length: a device is found by its number.</summary>
internal sealed class DeviceFile
{
    private readonly string _path;
    private readonly int _length;

    public DeviceFile(string path)
    {
        _path = path;
        using var file = File.OpenRead(path);
        for (var octet = file.ReadByte(); octet >= 0; octet = file.ReadByte())
        {
            _length++;
            if (octet == '\n')
                break;
        }

        Count = _length == 0 || file.Length % _length != 0 ? 0 : (int)(file.Length / _length);
    }

    /// <summary>0 for a file that is none.</summary>
    public int Count { get; }

    /// <summary>Lines with their line feeds.</summary>
    public ReadOnlyMemory<byte>[] Read(int first, int most)
    {
        var count = Math.Max(0, Math.Min(most, Count - first));
        var octets = new byte[(long)count * _length];
        using var file = File.OpenRead(_path);
        file.Position = (long)first * _length;
        file.ReadExactly(octets);
        return [.. Enumerable.Range(0, count).Select(i => octets.AsMemory(i * _length, _length))];
    }
}
