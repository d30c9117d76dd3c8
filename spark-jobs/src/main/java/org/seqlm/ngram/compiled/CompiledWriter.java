package org.seqlm.ngram.compiled;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import org.seqlm.ngram.count.Boundary;
import org.seqlm.ngram.trie.Spill;
import org.seqlm.text.TextRules;
import org.seqlm.vocab.Vocabulary;

/** Writes a {@link CompiledFile} of sorted n-grams. */
public final class CompiledWriter {
  private CompiledWriter() {}

  /**
   * What the file says of the model.
   *
   * @param boundary that its contexts end at
   * @param title for people, for instance {@code 3-gram kneser-ney}
   * @param source fingerprint of what it is compiled from
   * @param rules how text becomes its tokens; null where nobody knows, as of an ARPA file
   */
  public record About(Boundary boundary, String title, String source, TextRules rules) {}

  /**
   * How the n-grams lie.
   *
   * @param quantized bits of a quantised value, 2 to 16; 0 for whole values, the only ones of
   *     {@link Layout#FAST}
   */
  public record Form(Layout layout, int quantized) {}

  /**
   * Writes all of it; the stream stays open.
   *
   * @param vocabulary of the n-grams' ids
   * @param spill bytes in memory beside the vocabulary, and a folder that is there
   */
  public static CompiledHeader write(
      SortedNgrams ngrams,
      Vocabulary vocabulary,
      About about,
      Form form,
      Spill spill,
      OutputStream out)
      throws IOException {
    SectionWriter sections = new SectionWriter(out);
    CompiledHeader.Words words = CompiledVocabulary.write(vocabulary, form.layout(), sections);
    try (LayoutWriter layout = writer(ngrams, form, spill)) {
      layout.write(sections);
      CompiledHeader header =
          new CompiledHeader(
              form.layout(),
              form.quantized(),
              about.boundary(),
              about.title(),
              about.source(),
              about.rules(),
              Arrays.stream(ngrams.counts()).boxed().toList(),
              Arrays.stream(layout.entries()).boxed().toList(),
              layout.seed(),
              words,
              sections.sections());
      sections.finish(header);
      return header;
    }
  }

  private static LayoutWriter writer(SortedNgrams ngrams, Form form, Spill spill) {
    return form.layout() == Layout.FAST
        ? new FastModel.Writer(ngrams, spill)
        : new SmallWriter(ngrams, form.quantized(), spill);
  }
}
