package org.seqlm.concordance;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.seqlm.text.Alphabet;
import org.seqlm.text.ArabicLetters;
import org.seqlm.text.LetterCase;
import org.seqlm.text.Punctuation;
import org.seqlm.text.TextRules;
import org.seqlm.text.TokenizerKind;
import org.seqlm.text.UnicodeForm;

/** An index in memory, written by hand. */
final class WrittenIndex {
  static final TextRules WORDS =
      new TextRules(
          TokenizerKind.WORD,
          UnicodeForm.NFC,
          LetterCase.LOWER,
          Alphabet.ALL,
          ArabicLetters.PERSIAN,
          Punctuation.DROP);

  final List<byte[]> files = new ArrayList<>();
  final List<Index.Part> parts = new ArrayList<>();
  private final TextRules rules;
  private final int runWords;
  private ByteArrayOutputStream out = new ByteArrayOutputStream();
  private IndexWriter writer;

  WrittenIndex(TextRules rules, int runWords) {
    this.rules = rules;
    this.runWords = runWords;
    writer = new IndexWriter(out, rules, runWords);
  }

  WrittenIndex file(String path) {
    writer.startFile(path);
    return this;
  }

  WrittenIndex document() {
    writer.startDocument();
    return this;
  }

  WrittenIndex line(String text, long record) {
    byte[] utf8 = ("<" + text + ">").getBytes(StandardCharsets.UTF_8); // not at the array's ends
    try {
      writer.line(utf8, 1, utf8.length - 1, record);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return this;
  }

  /** Ends the file of the index; what comes goes to the next one. */
  WrittenIndex part() {
    try {
      IndexWriter.Summary summary = writer.finish();
      parts.add(new Index.Part(summary.words(), summary.documents()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    files.add(out.toByteArray());
    out = new ByteArrayOutputStream();
    writer = new IndexWriter(out, rules, runWords);
    return this;
  }

  Index open() {
    return new Index(parts, part -> IndexBytes.of("segments/" + part, files.get(part)));
  }

  /** What a query finds, each as first word, length and document. */
  List<List<Long>> find(String query) throws IOException {
    return find(query, TermSet.ALL);
  }

  /** Likewise, where only some words may stand for what means more than one. */
  List<List<Long>> find(String query, TermSet terms) throws IOException {
    List<List<Long>> found = new ArrayList<>();
    Query parsed = Query.parse(query, rules);
    try (Index index = open()) {
      for (int part = 0; part < parts.size(); part++) {
        Search.run(
            index,
            part,
            parsed,
            terms,
            (term, count) -> {},
            (word, length, document) -> found.add(List.of(word, (long) length, document)));
      }
    }
    return found;
  }

  /** Each line that a query finds, as left[keyword]right. */
  List<String> lines(String query, int span) throws IOException {
    List<String> lines = new ArrayList<>();
    try (Index index = open()) {
      ContextReader reader = new ContextReader(index, rules);
      for (List<Long> place : find(query)) {
        ContextLine line = reader.line(place.get(0), place.get(1).intValue(), span, span);
        lines.add(line.left() + "[" + line.keyword() + "]" + line.right());
      }
    }
    return lines;
  }
}
