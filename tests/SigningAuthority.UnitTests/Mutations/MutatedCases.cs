using System.Text;

namespace SigningAuthority.UnitTests.Mutations;

/// <summary>
/// Mutated copies of well-formed inputs, some still well-formed DER with the wrong things in it, some broken octet by octet, some both.
/// Case n of a seed is always the same octets.
/// </summary>
/// <param name="seed">Any.</param>
/// <param name="originals">DER.</param>
/// <param name="armour">How DER becomes the body that is sent; what it gives is mutated, too. One is taken for each case.</param>
internal sealed class MutatedCases(int seed, IReadOnlyList<byte[]> originals, params Func<byte[], byte[]>[] armour)
{
    private const int MostChanges = 5;

    public int Seed => seed;

    public byte[] Case(int number)
    {
        // A Random with a seed gives the same numbers in every version of .NET.
        var random = new Random(unchecked((seed * 1_000_003) + number));
        var der = originals[random.Next(originals.Count)];
        if (random.Next(3) > 0)
            der = ChangeElements(der, random);
        if (random.Next(3) == 0)
            der = ChangeOctets(der, random);
        if (armour.Length == 0)
            return der;
        var body = armour[random.Next(armour.Length)](der);
        return random.Next(3) == 0 ? ChangeOctets(body, random) : body;
    }

    private byte[] ChangeElements(byte[] der, Random random)
    {
        if (DerNode.ReadAll(der) is not [var root])
            return der;
        for (var change = random.Next(MostChanges) + 1; change > 0; change--)
        {
            var nodes = root.Descendants().Prepend(root).ToList();
            ChangeElement(nodes[random.Next(nodes.Count)], nodes, random);
        }

        return root.Encode();
    }

    private void ChangeElement(DerNode node, List<DerNode> all, Random random)
    {
        var children = node.Children;
        var child = children is { Count: > 0 } ? random.Next(children.Count) : -1;
        switch (random.Next(9))
        {
            case 0:
                node.Tag = (byte)random.Next(256);
                break;
            case 1 when child >= 0:
                children!.RemoveAt(child);
                break;
            case 2 when child >= 0:
                children!.Insert(random.Next(children.Count + 1), children[child].Copy());
                break;
            case 3 when child >= 0:
                var other = random.Next(children!.Count);
                (children[child], children[other]) = (children[other], children[child]);
                break;
            case 4 when child >= 0:
                // An element from elsewhere, or from another original.
                var foreign = DerNode.ReadAll(originals[random.Next(originals.Count)]) is [var root] ? root : node;
                var from = random.Next(2) == 0 ? all : [.. foreign.Descendants().Prepend(foreign)];
                children![child] = from[random.Next(from.Count)].Copy();
                break;
            case 5 when child >= 0:
                children![child] = Nest(children[child], 1 << random.Next(12));
                break;
            default:
                if (children is null)
                    node.Content = OtherContent(node.Content, random);
                else
                    children.Add(new DerNode((byte)random.Next(32), Octets(random.Next(40), random), null));
                break;
        }
    }

    /// <summary>Thousands of layers: who descends by recursion runs out of stack.</summary>
    private static DerNode Nest(DerNode node, int depth)
    {
        // Written at once: as elements, the writing itself would recurse.
        var content = node.Encode();
        var layers = Math.Min(depth, 3000);
        var headers = new List<byte[]>();
        for (int layer = 0, length = content.Length; layer < layers; layer++)
        {
            byte[] header =
                length < 0x80 ? [0x30, (byte)length]
                : length < 0x100 ? [0x30, 0x81, (byte)length]
                : [0x30, 0x82, (byte)(length >> 8), (byte)length];
            headers.Add(header);
            length += header.Length;
        }

        headers.Reverse();
        return new DerNode(0x30, [.. headers.SelectMany(header => header), .. content], null);
    }

    private static byte[] OtherContent(byte[] content, Random random) =>
        random.Next(6) switch
        {
            0 => [],
            1 => Octets(content.Length, random),
            2 => Octets(random.Next(3000), random),
            3 => [.. content, .. content],
            4 => [.. Enumerable.Repeat((byte)random.Next(256), random.Next(600))],
            _ => ChangeOctets(content, random),
        };

    private static byte[] ChangeOctets(byte[] body, Random random)
    {
        for (var change = random.Next(MostChanges) + 1; change > 0; change--)
        {
            if (body.Length == 0)
                return Octets(random.Next(4), random);
            var at = random.Next(body.Length);
            var end = Math.Min(body.Length, at + 1 + random.Next(16));
            body = random.Next(8) switch
            {
                0 => [.. body[..at], (byte)random.Next(256), .. body[(at + 1)..]],
                1 => [.. body[..at], (byte)(body[at] ^ (1 << random.Next(8))), .. body[(at + 1)..]],
                2 => [.. body[..at], .. body[end..]],
                3 => [.. body[..end], .. body[at..]],
                4 => body[..at],
                5 => [.. body[..at], .. Octets(random.Next(64), random), .. body[at..]],
                // Lengths: indefinite (X.690 §8.1.3.6), more octets of length than there are, more content than there is.
                6 => [.. body[..at], .. Lengths[random.Next(Lengths.Length)], .. body[end..]],
                _ => [.. body[..at], .. Encoding.ASCII.GetBytes(Texts[random.Next(Texts.Length)]), .. body[end..]],
            };
        }

        return body;
    }

    private static readonly byte[][] Lengths =
    [
        [0x30, 0x80],
        [0x84, 0xFF, 0xFF, 0xFF, 0xFF],
        [0x84, 0x7F, 0xFF, 0xFF, 0xFF],
        [0x88, 0x7F, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF],
        [0xFF],
        [0x82, 0x00, 0x01],
        [0x00, 0x00],
    ];

    private static readonly string[] Texts =
    [
        "\0",
        "\r\n",
        "-----BEGIN ",
        "-----END CERTIFICATE REQUEST-----",
        "%00",
        "=",
        "\"",
        "../",
        "\uFEFF",
    ];

    private static byte[] Octets(int count, Random random)
    {
        var octets = new byte[count];
        random.NextBytes(octets);
        return octets;
    }
}
