using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography;
using SigningAuthority.Client.CommandLine;
using SigningAuthority.Client.Connections;
using SigningAuthority.Issuance.Devices;

namespace SigningAuthority.Client.Stations.Simulation;

/// <summary>Which line is simulated, and how it asks.</summary>
internal sealed class SimulationOptions
{
    private readonly Option<int> _devices = Number("--devices", "How many units.", 100, 1);
    private readonly Option<int> _parallel = Number("--parallel", "How many requests at a time.", 16, 1);
    private readonly Option<int> _batch = Number("--batch", "Units in one batch; 0 sends each by itself.", 0, 0);
    private readonly Option<int> _patience = Number(
        "--patience",
        "Seconds for which a unit is asked for again before it is given up.",
        300,
        1
    );
    private readonly Option<string?> _first = new("--first-mac")
    {
        Description = "Address of the first unit; without it one drawn in 000E08.",
    };
    private readonly Option<string> _product = new("--product")
    {
        Description = "The units' product.",
        DefaultValueFactory = _ => "SPA962",
    };
    private readonly Option<string?> _order = new("--order") { Description = "The production order to draw from." };
    private readonly Option<string?> _state = new("--state")
    {
        Description = "Folder for the line's plan and journal; the same command again goes on where it stood, and draws nothing twice.",
    };

    public void AddTo(Command command)
    {
        foreach (var option in new Option[] { _devices, _parallel, _batch, _patience, _first, _product, _order, _state })
            command.Options.Add(option);
    }

    public int Parallel(ParseResult parsed) => parsed.GetRequiredValue(_parallel);

    public int Batch(ParseResult parsed) => parsed.GetRequiredValue(_batch);

    public TimeSpan Patience(ParseResult parsed) => TimeSpan.FromSeconds(parsed.GetRequiredValue(_patience));

    public LinePlan MakePlan(ParseResult parsed)
    {
        var devices = parsed.GetRequiredValue(_devices);
        return new LinePlan(
            FirstMac(parsed.GetValue(_first), devices),
            devices,
            parsed.GetRequiredValue(_product),
            parsed.GetValue(_order),
            PairedPrimes.Draw(devices)
        );
    }

    /// <summary>Null where no folder is named.</summary>
    /// <exception cref="InvalidInputException">It is of a line of other units.</exception>
    public LineFolder? OpenFolder(ParseResult parsed)
    {
        if (parsed.GetValue(_state) is not { } path)
            return null;
        var folder = LineFolder.Open(path, () => MakePlan(parsed));
        var (plan, first) = (folder.Plan, parsed.GetValue(_first));
        if (
            plan.Devices == parsed.GetRequiredValue(_devices)
            && plan.Product == parsed.GetRequiredValue(_product)
            && plan.Order == parsed.GetValue(_order)
            && (first is null || FirstMac(first, plan.Devices) == plan.FirstMac)
        )
            return folder;
        folder.Dispose();
        throw new InvalidInputException(
            $"{path} is of a line of {plan.Devices} × {plan.Product} from {plan.FirstMac} on; name another folder."
        );
    }

    private static Option<int> Number(string name, string description, int usually, int least)
    {
        var option = new Option<int>(name) { Description = $"{description} [{usually}]", DefaultValueFactory = _ => usually };
        option.Validators.Add(result =>
        {
            if (result.GetValue(option) < least)
                result.AddError($"{name} is at least {least}.");
        });
        return option;
    }

    private static string FirstMac(string? text, int devices)
    {
        // The upper half of 000E08, but for what is kept for tests at its end.
        const int Room = 0x600000;
        if (text is null)
            return devices < Room
                ? (0x000E08400000 + RandomNumberGenerator.GetInt32(Room - devices)).ToString("X12", CultureInfo.InvariantCulture)
                : throw new InvalidInputException($"000E08 has no room for {devices} units.");
        return MacAddress.TryParse(text, out var mac)
            ? mac.Upper
            : throw new InvalidInputException($"'{text}' is not a MAC address (12 hexadecimal digits).");
    }
}
