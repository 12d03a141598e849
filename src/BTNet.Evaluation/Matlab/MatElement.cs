namespace BTNet.Evaluation.Matlab;

/// <summary>A piece of a MAT-file: what its tag says, and its data.</summary>
/// <param name="Type">How the data are stored; a value that the format lacks where the file is damaged.</param>
/// <param name="Data">The data, without padding.</param>
/// <param name="At">Where the tag begins, in bytes.</param>
internal readonly record struct MatElement(MatType Type, ReadOnlyMemory<byte> Data, int At);
