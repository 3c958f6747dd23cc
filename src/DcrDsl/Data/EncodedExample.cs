namespace DcrDsl.Data;

/// <summary>Examples as tokens, with their place in what goes wrong.</summary>
static class EncodedExample
{
    extension(Example example)
    {
        /// <summary>What <paramref name="encode"/> makes of the example.</summary>
        /// <exception cref="InputException">It cannot be encoded; the sentence begins with where it comes from.</exception>
        public T Encoded<T>(Func<T> encode)
        {
            try
            {
                return encode();
            }
            catch (InputException exception)
            {
                throw new InputException($"{example.Origin}: {exception.Message}", exception);
            }
        }
    }
}
