using System.Text;
using DcrDsl.Cli;

namespace DcrDsl.Runtime.Tests.Runs;

public class LastingWriterTests
{
    [Fact]
    public void What_is_written_arrives()
    {
        var inner = new StringWriter { NewLine = "\n" };
        var writer = new LastingWriter(inner);

        writer.Write('a');
        writer.Write("bc");
        writer.Write(['d', 'e', 'f'], 1, 2);
        writer.WriteLine("g");
        writer.Flush();

        Assert.Equal("abcefg\n", inner.ToString());
        Assert.Null(writer.Failure);
    }

    [Fact]
    public void A_stream_that_fails_is_left_alone_from_then_on()
    {
        var inner = new FullAfter(3);
        var writer = new LastingWriter(inner);

        for (int i = 0; i < 10; i++)
            writer.WriteLine("line");
        writer.Write('x');
        writer.Flush();

        Assert.Equal(4, inner.Tried);
        Assert.Equal("No space left on device", writer.Failure?.Message);
    }

    [Fact]
    public void No_stream_is_no_failure()
    {
        var writer = StandardStreams.Open(() => throw new IOException("Bad file descriptor"));

        writer.WriteLine("line");

        Assert.Null(writer.Failure);
    }

    sealed class FullAfter(int lines) : TextWriter
    {
        public int Tried { get; private set; }

        public override Encoding Encoding => Encoding.UTF8;

        public override void WriteLine(string? value)
        {
            if (++Tried > lines)
                throw new IOException("No space left on device");
        }
    }
}
