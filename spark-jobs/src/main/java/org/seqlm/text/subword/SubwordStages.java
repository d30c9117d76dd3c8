package org.seqlm.text.subword;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.seqlm.Kept;
import org.seqlm.Problems;
import org.seqlm.UserException;
import org.seqlm.text.chain.SpanSink;
import org.seqlm.text.chain.Stage;
import org.seqlm.text.chain.StageParameter;
import org.seqlm.text.chain.StageProvider;
import org.seqlm.text.chain.StageValues;

/**
 * A tokenizer.json as the last stage of a chain. Behind a splitter each of its tokens is cut as if
 * it were a record.
 */
public abstract class SubwordStages implements StageProvider {
  private static final String FILE = "file";

  /** Files that were read, by SHA-256, for all threads. */
  private static final Kept<SubwordFile> READ = new Kept<>(16);

  private final String name;
  private final SubwordFile.Kind kind;
  private final String summary;

  private SubwordStages(String name, SubwordFile.Kind kind, String summary) {
    this.name = name;
    this.kind = kind;
    this.summary = summary;
  }

  /** {@code bpe}. */
  public static final class Bpe extends SubwordStages {
    public Bpe() {
      super(
          "bpe",
          SubwordFile.Kind.BPE,
          "Merges of byte pair encoding, of a tokenizer.json: what seqlm corpus tokenizer learns,"
              + " or another's.");
    }
  }

  /** {@code unigram}. */
  public static final class Unigram extends SubwordStages {
    public Unigram() {
      super(
          "unigram",
          SubwordFile.Kind.UNIGRAM,
          "The best cut by a unigram model, of a tokenizer.json.");
    }
  }

  @Override
  public final String name() {
    return name;
  }

  @Override
  public final Kind kind() {
    return Kind.MODEL;
  }

  @Override
  public final String summary() {
    return summary;
  }

  @Override
  public final List<StageParameter> parameters() {
    return List.of(
        StageParameter.file(
            FILE,
            "A tokenizer.json. Its own normaliser and pre-tokenizer work, so no other stage is"
                + " needed before it."));
  }

  @Override
  public final void check(StageValues values, String key, Problems problems) {
    problems.require(values.given(FILE), key + "." + FILE + " is missing: name a tokenizer.json");
  }

  @Override
  public final Stage create(StageValues values) {
    String called = values.text(FILE);
    SubwordFile file;
    try {
      file = READ.open(values.sha256(), () -> SubwordFile.read(values.content(), called));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    if (file.kind() != kind) {
      throw UserException.data(
          called
              + " holds a model "
              + file.kind()
              + ": name it in the stage "
              + file.kind().stage());
    }
    return new Cut(file.tokenizer());
  }

  /** One thread's. */
  private record Cut(SubwordTokenizer tokenizer) implements Stage.Model {
    @Override
    public void cut(String text, int from, int to, SpanSink sink) {
      byte[] utf8 = text.substring(from, to).getBytes(StandardCharsets.UTF_8);
      tokenizer.tokens(utf8, 0, utf8.length, token -> sink.token(token, 0, token.length()));
    }

    @Override
    public String join(List<String> pieces) {
      return tokenizer.detokenize(pieces);
    }
  }
}
