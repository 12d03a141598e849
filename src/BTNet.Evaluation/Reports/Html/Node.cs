namespace BTNet.Evaluation.Reports.Html;

/// <summary>A part of a page: an element or a text.</summary>
internal abstract class Node
{
    /// <summary>A text, which is escaped when it is written.</summary>
    public static implicit operator Node(string text) => new TextNode(text);

    /// <summary>Writes it as what is HTML and well-formed XML alike.</summary>
    public abstract void WriteTo(TextWriter writer);

    /// <summary>
    /// Writes a text so that it stays one whatever is in it. Characters that no document may hold (controls, halves of surrogate pairs) become the replacement character, and so do those that turn the direction
    /// of writing, with which a name could disorder what stands beside it.
    /// </summary>
    protected static void WriteText(TextWriter writer, string text)
    {
        for (var i = 0; i < text.Length; i++)
        {
            var character = text[i];
            switch (character)
            {
                case '&': writer.Write("&amp;"); break;
                case '<': writer.Write("&lt;"); break;
                case '>': writer.Write("&gt;"); break;
                case '"': writer.Write("&quot;"); break;
                case '\'': writer.Write("&#39;"); break;
                case '\t' or '\n': writer.Write(character); break;
                case '\r': writer.Write('\n'); break;
                default:
                    if (char.IsHighSurrogate(character) && i + 1 < text.Length && char.IsLowSurrogate(text[i + 1]))
                    {
                        writer.Write(character);
                        writer.Write(text[++i]);
                    }
                    else
                    {
                        writer.Write(IsForbidden(character) ? '\uFFFD' : character);
                    }

                    break;
            }
        }
    }

    private static bool IsForbidden(char character) =>
        char.IsControl(character) || char.IsSurrogate(character) || character is '\uFFFE' or '\uFFFF' or (>= '\u202A' and <= '\u202E') or (>= '\u2066' and <= '\u2069');

    private sealed class TextNode(string text) : Node
    {
        public override void WriteTo(TextWriter writer) => WriteText(writer, text);
    }
}
