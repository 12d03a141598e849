using Microsoft.ML.OnnxRuntime;

namespace BTNet.Inference;

/// <summary>Options of ONNX Runtime's sessions. They are the first of it that is made, so what is said where its native library is missing is said here.</summary>
internal static class RuntimeOptions
{
    /// <param name="least">What is not as grave is not logged.</param>
    /// <exception cref="InvalidOperationException">ONNX Runtime's native library is missing.</exception>
    public static SessionOptions Create(OrtLoggingLevel least)
    {
        try
        {
            return new SessionOptions { LogSeverityLevel = least };
        }
        catch (Exception fault) when (fault is DllNotFoundException or TypeInitializationException { InnerException: DllNotFoundException })
        {
            throw new InvalidOperationException("ONNX Runtime's native library is not beside the program: BTNet leaves the choice to you. Add the package Microsoft.ML.OnnxRuntime, or one for another device, to the program's project", fault);
        }
    }
}
