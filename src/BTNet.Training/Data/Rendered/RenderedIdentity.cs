using SkiaSharp;

namespace BTNet.Training.Data.Rendered;

/// <summary>
/// A synthetic person: the geometry and colours that stay the same in every picture of them. Everything varies
/// continuously, so two people can be as alike as chance makes them.
/// </summary>
public sealed record RenderedIdentity
{
    private RenderedIdentity(ulong seed, int number)
    {
        (Seed, Number) = (seed, number);
        var random = new Dice(seed, (ulong)number);
        // Two hidden causes tie the traits together as in people: without them faces look put together at random.
        var masculine = Math.Clamp(0.5f + (0.42f * (random.Chance(0.5f) ? 1 : -1)) + (0.12f * random.Bell()), 0, 1);
        var tone = random.Unit();
        Head = HeadTraits.Draw(random, masculine);
        Skin = SkinTraits.Draw(random, tone);
        Hair = HairTraits.Draw(random, tone, Skin.Age, masculine);
        Eyes = EyeTraits.Draw(random, Head, tone, masculine);
        Brows = BrowTraits.Draw(random, Hair.Color, masculine);
        Nose = NoseTraits.Draw(random);
        Mouth = MouthTraits.Draw(random, Skin.Color, masculine);
        Beard = BeardTraits.Draw(random, masculine);
        Glasses = GlassesTraits.Draw(random);
    }

    /// <summary>The seed of the population that the person belongs to.</summary>
    public ulong Seed { get; }

    /// <summary>Which person of that population, from 0.</summary>
    public int Number { get; }

    /// <summary>A name that says what it is: <c>synthetic-00042</c>.</summary>
    public string Name => $"synthetic-{Number:D5}";

    internal HeadTraits Head { get; }

    internal SkinTraits Skin { get; }

    internal HairTraits Hair { get; }

    internal EyeTraits Eyes { get; }

    internal BrowTraits Brows { get; }

    internal NoseTraits Nose { get; }

    internal MouthTraits Mouth { get; }

    internal BeardTraits Beard { get; }

    internal GlassesTraits? Glasses { get; }

    /// <summary>The person with this number; the same seed and number give the same person always.</summary>
    /// <param name="seed">Chooses the population.</param>
    /// <param name="number">Which person of it, from 0.</param>
    /// <exception cref="ArgumentOutOfRangeException">The number is negative.</exception>
    public static RenderedIdentity Create(ulong seed, int number)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(number);
        return new RenderedIdentity(seed, number);
    }
}
