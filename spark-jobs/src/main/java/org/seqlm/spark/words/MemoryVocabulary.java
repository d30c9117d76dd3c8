package org.seqlm.spark.words;

import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.function.IntFunction;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.fs.Path;
import org.apache.spark.api.java.JavaRDD;
import org.apache.spark.api.java.JavaSparkContext;
import org.apache.spark.broadcast.Broadcast;
import org.seqlm.vocab.NumberedWords;
import org.seqlm.vocab.PackedTokens;
import org.seqlm.vocab.Spellings;
import org.seqlm.vocab.Vocabularies;
import org.seqlm.vocab.Vocabulary;

/** A vocabulary in the driver's memory; tasks get all of it. */
public final class MemoryVocabulary implements CorpusVocabulary {
  private final JavaSparkContext spark;
  private final Vocabulary vocabulary;

  MemoryVocabulary(JavaSparkContext spark, Vocabulary vocabulary) {
    this.spark = spark;
    this.vocabulary = vocabulary;
  }

  @Override
  public Vocabulary vocabulary() {
    return vocabulary;
  }

  @Override
  public long bytes() {
    PackedTokens all = Vocabularies.pack(vocabulary);
    return all.arena().length + (long) DictionaryLimit.WORD_BYTES * all.size();
  }

  @Override
  public JavaRDD<NumberedWords> numbered(int number) {
    PackedTokens all = Vocabularies.pack(vocabulary);
    List<NumberedWords> blocks = new ArrayList<>();
    PackedTokens.Builder block = new PackedTokens.Builder();
    for (int id = 0; id < all.size(); id++) {
      block.add(all.arena(), all.start(id), all.end(id), all.counts()[id]);
      if (WordCounting.full(block) || id == all.size() - 1) {
        int first = id + 1 - block.size();
        blocks.add(NumberedWords.from(number, first, block.take()));
      }
    }
    return spark.parallelize(blocks, Math.max(1, blocks.size()));
  }

  @Override
  public int size() {
    return vocabulary.size();
  }

  @Override
  public long counted() {
    long counted = 0;
    for (int id = vocabulary.reserved(); id < vocabulary.size(); id++) {
      counted += vocabulary.count(id);
    }
    return counted;
  }

  @Override
  public long lineEnds() {
    return vocabulary.sentenceEnd() < 0 ? 0 : vocabulary.count(vocabulary.sentenceEnd());
  }

  @Override
  public int reserved() {
    return vocabulary.reserved();
  }

  @Override
  public int sentenceStart() {
    return vocabulary.sentenceStart();
  }

  @Override
  public int sentenceEnd() {
    return vocabulary.sentenceEnd();
  }

  @Override
  public int lineEnd() {
    return vocabulary.lineEnd();
  }

  @Override
  public String fingerprint() {
    return vocabulary.fingerprint();
  }

  @Override
  public IntFunction<String> tokens(int[] ids) {
    return vocabulary::token;
  }

  @Override
  public long[] ids(Iterator<String> words) {
    BitSet found = new BitSet(vocabulary.size());
    while (words.hasNext()) {
      int id = vocabulary.id(words.next());
      if (id != Vocabulary.UNKNOWN) {
        found.set(id);
      }
    }
    return found.toLongArray();
  }

  @Override
  public void write(OutputStream out) throws IOException {
    Vocabularies.write(vocabulary, out);
  }

  @Override
  public Source spellings(Path folder) {
    return new Shared(spark.broadcast(Vocabularies.pack(vocabulary)));
  }

  private static final class Shared implements Source {
    private static final long serialVersionUID = 1L;

    private final Broadcast<PackedTokens> words;

    Shared(Broadcast<PackedTokens> words) {
      this.words = words;
    }

    @Override
    public Iterator<PackedTokens> all(Configuration conf) {
      return List.of(words.value()).iterator();
    }

    @Override
    public Spellings some(Configuration conf, Needed needed) {
      return Spellings.consecutive(words.value(), 0);
    }

    @Override
    public void close() {
      words.destroy();
    }
  }
}
