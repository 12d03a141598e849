namespace BTNet.TestSupport;

/// <summary>Damage of the kinds that files suffer and attackers do, from a fixed seed.</summary>
internal static class Mutations
{
    /// <summary>Copies of some bytes, each cut off, with bytes changed, or with a part repeated, removed or moved.</summary>
    public static IEnumerable<byte[]> Of(byte[] valid, int count, int seed)
    {
        var random = new Random(seed);
        for (var i = 0; i < count; i++)
        {
            var bytes = (byte[])valid.Clone();
            switch (random.Next(5))
            {
                case 0:
                    bytes = bytes[..random.Next(bytes.Length)];
                    break;
                case 1:
                    for (var n = random.Next(1, 9); n > 0; n--) bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
                    break;
                case 2:
                    for (var n = random.Next(1, 4); n > 0; n--) bytes[random.Next(bytes.Length)] ^= (byte)(1 << random.Next(8));
                    break;
                case 3:
                    var (from, to) = (random.Next(bytes.Length), random.Next(bytes.Length));
                    bytes = [.. bytes[..to], .. bytes[from..Math.Min(bytes.Length, from + random.Next(64))], .. bytes[to..]];
                    break;
                default:
                    var cut = random.Next(bytes.Length);
                    bytes = [.. bytes[..cut], .. bytes[Math.Min(bytes.Length, cut + random.Next(1, 16))..]];
                    break;
            }

            yield return bytes;
        }
    }
}
