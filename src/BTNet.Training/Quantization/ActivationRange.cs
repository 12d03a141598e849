namespace BTNet.Training.Quantization;

/// <summary>The numbers that a value's 256 levels span: from Low, at most 0, to High, at least 0.</summary>
internal readonly record struct ActivationRange(double Low, double High)
{
    private const int Levels = 255;
    private const double Narrowest = 1e-6;

    /// <summary>Distance of two levels.</summary>
    public float Scale => (float)(Math.Max(High - Low, Narrowest) / Levels);

    /// <summary>The level that stands for 0.</summary>
    public byte Zero => (byte)Math.Clamp(Math.Round(-Low / Scale), 0, Levels);
}
