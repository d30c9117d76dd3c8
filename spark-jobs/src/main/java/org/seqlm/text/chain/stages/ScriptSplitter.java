package org.seqlm.text.chain.stages;

import com.ibm.icu.lang.UScript;
import org.seqlm.text.chain.SpanSink;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageValues;

/**
 * Cuts where the script changes (UAX 24). What is of no script, such as digits, and marks go with
 * what stands before them.
 */
final class ScriptSplitter implements Stage.Splitter {
  /** {@code scripts}. */
  public static final class Provider extends PlainProvider {
    public Provider() {
      super(
          Kind.SPLITTER,
          "scripts",
          "Cuts where the script changes, as from Latin to Cyrillic; for behind words.");
    }

    @Override
    public Stage create(StageValues values) {
      return new ScriptSplitter();
    }
  }

  @Override
  public void split(String text, int from, int to, SpanSink sink) {
    int start = from;
    int script = UScript.COMMON;
    for (int i = from; i < to; ) {
      int c = text.codePointAt(i);
      int here = UScript.getScript(c);
      if (here != UScript.COMMON && here != UScript.INHERITED) {
        if (script != UScript.COMMON && here != script) {
          sink.token(text, start, i);
          start = i;
        }
        script = here;
      }
      i += Character.charCount(c);
    }
    if (to > start) {
      sink.token(text, start, to);
    }
  }
}
