package org.seqlm.bench.subword;

import java.io.ByteArrayInputStream;
import java.io.InputStream;
import java.lang.reflect.Field;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.util.Map;

/**
 * Hugging Face's tokenizers as DJL's binding calls them, without what the binding makes of a line
 * beside its ids. It is not in the jar, hence the names instead of the types.
 */
final class TheirTokenizer {
  private final Object library;
  private final Method encode;
  private final Method tokenIds;
  private final Method delete;
  private final long handle;

  private TheirTokenizer(Class<?> type, String json) throws ReflectiveOperationException {
    Field only = type.getField("LIB");
    library = only.get(null);
    encode = type.getMethod("encode", long.class, String.class, boolean.class);
    tokenIds = type.getMethod("getTokenIds", long.class);
    delete = type.getMethod("deleteEncoding", long.class);
    handle = (long) type.getMethod("createTokenizerFromString", String.class).invoke(library, json);
  }

  /** Opens a tokenizer.json; null where the library is not on the class path or does not load. */
  static TheirTokenizer open(byte[] json) {
    System.setProperty("OPT_OUT_TRACKING", "true");
    System.setProperty("ai.djl.offline", "true");
    String name = "ai.djl.huggingface.tokenizers.";
    try {
      ClassLoader loader = Thread.currentThread().getContextClassLoader();
      Class.forName(name + "HuggingFaceTokenizer", true, loader)
          .getMethod("newInstance", InputStream.class, Map.class)
          .invoke(null, new ByteArrayInputStream(json), Map.of("truncation", "false"));
      return new TheirTokenizer(
          Class.forName(name + "jni.TokenizersLibrary", true, loader),
          new String(json, java.nio.charset.StandardCharsets.UTF_8));
    } catch (ReflectiveOperationException | LinkageError e) {
      return null;
    }
  }

  long[] ids(String text) {
    try {
      long encoding = (long) encode.invoke(library, handle, text, false);
      long[] ids = (long[]) tokenIds.invoke(library, encoding);
      delete.invoke(library, encoding);
      return ids;
    } catch (InvocationTargetException | IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
  }
}
