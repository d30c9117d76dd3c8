package org.seqlm.sql.expression;

import java.io.IOException;
import java.io.Serializable;
import java.io.UncheckedIOException;
import org.apache.spark.unsafe.types.UTF8String;
import org.seqlm.text.Utf8;

/**
 * Evaluates a function in a task, also from the code that Spark compiles for a query. It is opened
 * with the first value of each thread.
 */
public final class TextEvaluation implements Serializable {
  private static final long serialVersionUID = 1L;

  private final TextFunction function;
  private transient ThreadLocal<TextFunction.Evaluator> opened;

  TextEvaluation(TextFunction function) {
    this.function = function;
  }

  TextFunction function() {
    return function;
  }

  /** The value of a text; null if it is not valid UTF-8, as commands leave such records out. */
  public Object of(UTF8String text) {
    byte[] utf8 = text.getBytes();
    return Utf8.isValid(utf8, 0, utf8.length) ? opened().get().of(utf8) : null;
  }

  private synchronized ThreadLocal<TextFunction.Evaluator> opened() {
    if (opened == null) {
      opened = ThreadLocal.withInitial(this::open);
    }
    return opened;
  }

  private TextFunction.Evaluator open() {
    try {
      return function.open();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
