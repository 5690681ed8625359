using System.Collections.Concurrent;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>All units of a line that have their certificate, over all of its runs. Nothing may come twice. Thread-safe.</summary>
internal sealed class DrawnUnits
{
    private readonly ConcurrentDictionary<int, DrawnUnit> _units = new();
    private readonly ConcurrentDictionary<string, int> _certificates = new();
    private readonly ConcurrentDictionary<string, int> _serialNumbers = new();
    private readonly ConcurrentDictionary<string, int> _keys = new();
    private readonly LineFolder? _folder;

    /// <param name="folder">Null for a line that keeps nothing.</param>
    public DrawnUnits(LineFolder? folder)
    {
        foreach (var unit in folder?.Drawn ?? [])
            _ = Add(unit);
        (_folder, Before) = (folder, _units.Count);
    }

    public int Count => _units.Count;

    /// <summary>How many an earlier run had drawn.</summary>
    public int Before { get; }

    public bool Has(int unit) => _units.ContainsKey(unit);

    /// <summary>Null when it is the unit's only certificate, and the only one of its serial number and key; otherwise what is wrong.</summary>
    public string? Add(DrawnUnit unit)
    {
        var first = _units.GetOrAdd(unit.Unit, unit);
        if (!ReferenceEquals(first, unit))
            return first == unit ? null : "unit-twice";
        if (!_certificates.TryAdd(unit.Sha256, unit.Unit))
            return "certificate-twice";
        if (!_serialNumbers.TryAdd(unit.SerialNumber, unit.Unit))
            return "serial-number-twice";
        if (!_keys.TryAdd(unit.Key, unit.Unit))
            return "key-twice";
        _folder?.Append(unit);
        return null;
    }

    public override string ToString() =>
        $"{_units.Count} units, {_certificates.Count} certificates, {_serialNumbers.Count} serial numbers, {_keys.Count} keys";
}
