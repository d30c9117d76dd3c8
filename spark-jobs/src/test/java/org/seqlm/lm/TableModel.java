package org.seqlm.lm;

import org.seqlm.text.TokenizerKind;
import org.seqlm.vocab.TokenCounts;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;
import org.seqlm.vocab.VocabularyLimits;

/** A model given as a table: P(token | token before), with a row of its own for the start. */
final class TableModel implements LanguageModel {
  private final Vocabulary vocabulary;
  private final double[][] rows; // (token before, or the vocabulary's size at the start; token)

  TableModel(String characters, double[][] rows) {
    TokenCounts counts = new TokenCounts(16);
    for (int i = 0; i < characters.length(); i++) {
      counts.add(new byte[] {(byte) characters.charAt(i)}, 0, 1, characters.length() - i);
    }
    this.vocabulary = Vocabularies.rank(TokenizerKind.CHAR, counts, 0, VocabularyLimits.NONE);
    this.rows = rows;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public Reading start() {
    return new TableReading(vocabulary.size());
  }

  private final class TableReading implements Reading {
    private int before;

    TableReading(int before) {
      this.before = before;
    }

    @Override
    public double logProbability(int token) {
      return Math.log(rows[before][token]);
    }

    @Override
    public void logProbabilities(float[] into) {
      for (int id = 0; id < into.length; id++) {
        into[id] = (float) logProbability(id);
      }
    }

    @Override
    public void read(int token) {
      before = token;
    }

    @Override
    public void startDocument() {
      before = vocabulary.size();
    }

    @Override
    public Reading copy() {
      return new TableReading(before);
    }
  }
}
