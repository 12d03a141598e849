using BTNet.Resolutions;
using BTNet.Training.Randomness;

namespace BTNet.Training.Data;

/// <summary>All that makes a view of a picture, in that order: bent, mirrored, turned and scaled about its centre, moved, coloured.</summary>
internal readonly record struct ViewChange
{
    /// <summary>Mirrored left to right.</summary>
    public bool Flip { get; init; }

    /// <summary>Moved to the right by this many pixels of 112.</summary>
    public double Right { get; init; }

    /// <summary>Moved down by this many pixels of 112.</summary>
    public double Down { get; init; }

    /// <summary>Turned clockwise by this many radians.</summary>
    public double Turn { get; init; }

    /// <summary>How much larger the face becomes.</summary>
    public double Scale { get; init; }

    /// <summary>How it is bent; null for not.</summary>
    public Bend? Bend { get; init; }

    /// <summary>Factor of all levels.</summary>
    public double Gain { get; init; }

    /// <summary>Factor of a level's distance from the picture's mean luminance.</summary>
    public double Contrast { get; init; }

    /// <summary>Factor of a colour's distance from the grey of its luminance.</summary>
    public double Saturation { get; init; }

    /// <summary>Factors of red, green and blue.</summary>
    public (double Red, double Green, double Blue) Channels { get; init; }

    /// <summary>Nothing is changed.</summary>
    public static ViewChange None { get; } = new() { Scale = 1, Gain = 1, Contrast = 1, Saturation = 1, Channels = (1, 1, 1) };

    /// <summary>Draws what is not given.</summary>
    /// <param name="options">How far.</param>
    /// <param name="flip">Whether mirrored.</param>
    /// <param name="right">By which share of its width it is moved.</param>
    /// <param name="down">By which share of its height.</param>
    /// <param name="gain">How much brighter.</param>
    /// <param name="random">Draws.</param>
    public static ViewChange Draw(AugmentationOptions options, bool flip, double right, double down, double gain, SeededRandom random)
    {
        // Each drawn whether used or not, so that one option does not change what another draws.
        var turn = random.NextDouble(-1, 1) * options.RotationDegrees * Math.PI / 180;
        var scale = 1 + (random.NextDouble(-1, 1) * options.ScaleJitter);
        var contrast = 1 + (random.NextDouble(-1, 1) * options.ContrastJitter);
        var saturation = 1 + (random.NextDouble(-1, 1) * options.SaturationJitter);
        var red = 1 + (random.NextDouble(-1, 1) * options.ChannelJitter);
        var green = 1 + (random.NextDouble(-1, 1) * options.ChannelJitter);
        var blue = 1 + (random.NextDouble(-1, 1) * options.ChannelJitter);
        var grey = random.NextDouble() < options.GreyShare;
        var bend = Bend.Draw(options.BendPixels, random);
        var resampled = options.SubpixelShift || options.RotationDegrees > 0 || options.ScaleJitter > 0 || options.BendPixels > 0;
        return new ViewChange
        {
            Flip = flip,
            Right = Pixels(right, resampled),
            Down = Pixels(down, resampled),
            Turn = turn,
            Scale = scale,
            Bend = bend,
            Gain = gain,
            Contrast = contrast,
            Saturation = grey ? 0 : saturation,
            Channels = grey ? (1, 1, 1) : (red, green, blue)
        };
    }

    private static double Pixels(double share, bool fractions)
    {
        var pixels = share * Resolution.Full.Side;
        return fractions ? pixels : Math.Round(pixels, MidpointRounding.AwayFromZero);
    }
}
