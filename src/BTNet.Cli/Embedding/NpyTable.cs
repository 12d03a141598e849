using System.Globalization;
using System.Runtime.InteropServices;
using System.Text;

namespace BTNet.Cli.Embedding;

/// <summary>NumPy's own form, version 1.0: a float32 array [N, D], row by row.</summary>
internal static class NpyTable
{
    // Of the header with all before it, so that numbers begin at a multiple of it.
    private const int Alignment = 64;

    private static ReadOnlySpan<byte> Magic => [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', 1, 0];

    public static void Write(Stream stream, int size, int count, IEnumerable<EmbeddedFace> faces)
    {
        var shape = string.Create(CultureInfo.InvariantCulture, $"{{'descr': '<f4', 'fortran_order': False, 'shape': ({count}, {size}), }}");
        var before = Magic.Length + sizeof(ushort);
        var length = ((before + shape.Length + 1 + Alignment - 1) / Alignment * Alignment) - before;
        stream.Write(Magic);
        stream.Write([(byte)length, (byte)(length >> 8)]);
        stream.Write(Encoding.ASCII.GetBytes(shape.PadRight(length - 1) + "\n"));
        foreach (var face in faces) stream.Write(MemoryMarshal.AsBytes<float>(face.Values));
    }
}
