package org.seqlm.ngram.compiled;

import org.seqlm.UserException;
import org.seqlm.lm.LanguageModel;
import org.seqlm.ngram.count.Passages;
import org.seqlm.ngram.model.BackoffModel;
import org.seqlm.vocab.Vocabulary;

/**
 * A back-off model that lies in a file; see {@link CompiledFile}. Its scores are those of {@link
 * BackoffModel}, bit for bit, unless its values are quantised. It holds nothing of the n-grams in
 * the heap; all of a host's processes that map the file share one copy of it.
 */
public abstract class CompiledModel implements LanguageModel {
  private final CompiledFile file;
  private final CompiledHeader header;
  private final Vocabulary vocabulary;
  private final Passages passages;

  CompiledModel(CompiledFile file) {
    this.file = file;
    header = file.header();
    vocabulary = new CompiledVocabulary(file);
    passages = Passages.of(header.boundary(), vocabulary);
  }

  /** What the file says of itself. */
  public CompiledHeader header() {
    return header;
  }

  /** For people, for instance {@code 3-gram kneser-ney}. */
  public String name() {
    return header.title();
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  /** N. */
  public int order() {
    return header.order();
  }

  /** What a reading throws that is led out of the file. */
  UserException damaged() {
    return file.damaged("its table of n-grams");
  }

  Passages passages() {
    return passages;
  }

  @Override
  public Memory memory() {
    return BackoffModel.memory(passages);
  }

  @Override
  public boolean reads(int token) {
    return passages.reads(token);
  }

  @Override
  public Reading start() {
    CompiledReading reading = new CompiledReading(this, matcher());
    reading.startPassage();
    return reading;
  }

  @Override
  public Reading startUnmarked() {
    return new CompiledReading(this, matcher());
  }

  /** Looks n-grams up, for one reading. */
  abstract Matcher matcher();
}
