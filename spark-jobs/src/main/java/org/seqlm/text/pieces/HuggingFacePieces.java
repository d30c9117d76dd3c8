package org.seqlm.text.pieces;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.MethodType;
import java.util.Map;
import org.seqlm.UserException;

/**
 * Tokenizers of Hugging Face, by DJL's binding. It brings natives of 18 MB, so it is not in the
 * jar: who wants it gives it to Spark, whose class loader for such jars may lie below the one that
 * loaded this class. Hence the names instead of the types.
 */
final class HuggingFacePieces {
  /** What to give to {@code --packages}. */
  static final String PACKAGE = "ai.djl.huggingface:tokenizers:0.38.0";

  private static final String TOKENIZER = "ai.djl.huggingface.tokenizers.HuggingFaceTokenizer";
  private static final String ENCODING = "ai.djl.huggingface.tokenizers.Encoding";

  private HuggingFacePieces() {}

  /**
   * Opens a tokenizer.json. It neither cuts off nor fills up, whatever the file says, nor adds
   * marks of its own.
   *
   * @throws UserException as {@link PieceTokenizer#open} does
   */
  static PieceTokenizer.Pieces open(byte[] json, String name) {
    MethodHandle open;
    MethodHandle encode;
    MethodHandle tokens;
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class<?> tokenizer = Class.forName(TOKENIZER, false, loader);
      Class<?> encoding = Class.forName(ENCODING, false, loader);
      MethodHandles.Lookup lookup = MethodHandles.publicLookup();
      open =
          lookup.findStatic(
              tokenizer,
              "newInstance",
              MethodType.methodType(tokenizer, InputStream.class, Map.class));
      encode =
          lookup.findVirtual(
              tokenizer,
              "encode",
              MethodType.methodType(encoding, String.class, boolean.class, boolean.class));
      tokens = lookup.findVirtual(encoding, "getTokens", MethodType.methodType(String[].class));
    } catch (ReflectiveOperationException e) {
      throw UserException.platform(
          "--tokenizer huggingface needs DJL's binding, which is not in the jar: end the command"
              + " with -- --packages "
              + PACKAGE
              + ", or with -- --jars and its jar",
          e);
    }
    MethodHandle cut = MethodHandles.filterReturnValue(encode, tokens);
    try {
      Object tokenizer =
          open.invoke(
              new ByteArrayInputStream(json),
              Map.of("addSpecialTokens", "false", "truncation", "false", "padding", "false"));
      return line -> pieces(cut, tokenizer, line);
    } catch (LinkageError | IllegalStateException e) {
      throw PieceTokenizer.noLibrary("Hugging Face's Tokenizers", e);
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      throw PieceTokenizer.noFile(name, "tokenizer.json of Hugging Face", e);
    }
  }

  private static String[] pieces(MethodHandle cut, Object tokenizer, String line) {
    try {
      return (String[]) cut.invoke(tokenizer, line, false, false);
    } catch (RuntimeException | Error e) {
      throw e;
    } catch (Throwable e) {
      throw new IllegalStateException(e);
    }
  }
}
