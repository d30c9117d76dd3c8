package org.seqlm.spark;

import com.esotericsoftware.kryo.Kryo;
import com.esotericsoftware.kryo.serializers.JavaSerializer;
import org.apache.spark.serializer.KryoRegistrator;
import org.seqlm.concordance.found.DrawnLines;
import org.seqlm.concordance.found.PartFindings;
import org.seqlm.corpus.LocalBlock;
import org.seqlm.corpus.LocalDictionary;
import org.seqlm.corpus.RangeDocuments;
import org.seqlm.corpus.RangeLabels;
import org.seqlm.corpus.RangeSummary;
import org.seqlm.corpus.example.ReadRange;
import org.seqlm.corpus.file.PackedPiece;
import org.seqlm.dataset.FeatureStatistics;
import org.seqlm.drift.DocumentWords;
import org.seqlm.metrics.task.ConfusionScorer;
import org.seqlm.metrics.task.TaskScorer;
import org.seqlm.ngram.count.ContextShare;
import org.seqlm.spark.concordance.IndexedRange;
import org.seqlm.spark.concordance.WrittenRows;
import org.seqlm.spark.corpus.AssignedIds;
import org.seqlm.spark.corpus.PartitionContents;
import org.seqlm.spark.dl4j.DataSetSerializer;
import org.seqlm.spark.dl4j.MultiDataSetSerializer;
import org.seqlm.spark.dl4j.PartialBatch;
import org.seqlm.spark.drift.SampledRange;
import org.seqlm.spark.examples.ExampleKey;
import org.seqlm.spark.examples.WrittenBlock;
import org.seqlm.spark.io.FileEntrySerializer;
import org.seqlm.spark.io.LocalBlockSerializer;
import org.seqlm.spark.io.PackedPieceSerializer;
import org.seqlm.spark.io.PackedTokensSerializer;
import org.seqlm.spark.io.SharedSettings;
import org.seqlm.spark.io.TokenBlockSerializer;
import org.seqlm.spark.io.VocabularySerializer;
import org.seqlm.spark.ngrams.CountedFile;
import org.seqlm.spark.ngrams.ExportedFile;
import org.seqlm.spark.ngrams.NgramEstimation;
import org.seqlm.spark.ngrams.SliceBackoffs;
import org.seqlm.spark.ngrams.SliceShare;
import org.seqlm.spark.ngrams.SliceWords;
import org.seqlm.spark.ngrams.UnigramCounting;
import org.seqlm.spark.ngrams.UnigramEstimation;
import org.seqlm.spark.predict.PredictedFile;
import org.seqlm.spark.predict.RecordPlaces;
import org.seqlm.spark.profile.FoldedWords;
import org.seqlm.spark.profile.ProfiledRange;
import org.seqlm.spark.profile.RangePlaces;
import org.seqlm.spark.profile.WordKey;
import org.seqlm.spark.quality.FilteredPart;
import org.seqlm.spark.scoring.DocumentStep;
import org.seqlm.spark.scoring.ExampleCosts;
import org.seqlm.spark.scoring.ScoredRange;
import org.seqlm.spark.subword.StretchTotals;
import org.seqlm.spark.terms.RangeCounts;
import org.seqlm.spark.tokens.WrittenRange;
import org.seqlm.spark.training.RoundPart;
import org.seqlm.spark.training.SharedModel;
import org.seqlm.spark.words.DealtWords;
import org.seqlm.spark.words.SampledWords;
import org.seqlm.spark.words.SortedWords;
import org.seqlm.spark.words.WordNumbers;
import org.seqlm.store.FileEntry;
import org.seqlm.text.LinesHash;

/**
 * Every class that crosses the wire, so that jobs run with {@code
 * spark.kryo.registrationRequired=true}.
 */
public final class SeqlmRegistrator implements KryoRegistrator {
  @Override
  public void registerClasses(Kryo kryo) {
    kryo.register(org.seqlm.vocab.TokenBlock.class, new TokenBlockSerializer());
    kryo.register(RoundPart.class, new RoundPart.KryoSerializer());
    kryo.register(PartialBatch.class, new PartialBatch.KryoSerializer());
    kryo.register(SharedModel.class, new SharedModel.KryoSerializer());
    registerNd4j(kryo);
    kryo.register(FileEntry.class, new FileEntrySerializer());
    kryo.register(FileEntry[].class);
    kryo.register(SharedSettings.class, new SharedSettings.KryoSerializer());
    kryo.register(int[].class);
    kryo.register(int[][].class);
    kryo.register(long[].class);
    kryo.register(float[].class);
    kryo.register(double[].class);
    kryo.register(byte[].class);
    kryo.register(byte[][].class);
    kryo.register(String[].class);
    kryo.register(Object[].class);
    kryo.register(scala.Tuple2[].class);
    registerCorpus(kryo);
    registerNgrams(kryo);
  }

  /** What counting and scoring n-grams send. */
  private static void registerNgrams(Kryo kryo) {
    kryo.register(org.seqlm.ngram.count.SliceStatistics.class);
    kryo.register(CountedFile.class);
    kryo.register(SliceShare.class);
    kryo.register(UnigramCounting.Range.class);
    kryo.register(UnigramCounting.Counted.class);
    kryo.register(org.seqlm.ngram.stats.Frequencies.class);
    kryo.register(org.seqlm.ngram.smooth.FollowerSums.class);
    kryo.register(org.seqlm.ngram.heldout.HeldOutUnigrams.class);
    kryo.register(UnigramEstimation.Range.class);
    kryo.register(ContextShare.class);
    kryo.register(NgramEstimation.Part.class);
    kryo.register(SliceWords.class);
    kryo.register(SliceBackoffs.class);
    kryo.register(ExportedFile.class);
    kryo.register(org.seqlm.lm.MixtureBlock.class);
    kryo.register(double[][].class);
    kryo.register(long[][].class);
  }

  /** What reading a corpus and writing a dataset send. */
  private static void registerCorpus(Kryo kryo) {
    kryo.register(org.seqlm.vocab.PackedTokens.class, new PackedTokensSerializer());
    kryo.register(org.seqlm.vocab.Vocabularies.type(), new VocabularySerializer());
    kryo.register(PackedPiece.class, new PackedPieceSerializer());
    kryo.register(PackedPiece[].class);
    kryo.register(LocalBlock.class, new LocalBlockSerializer());
    kryo.register(LocalDictionary.class);
    kryo.register(RangeDocuments.class);
    kryo.register(RangeLabels.class);
    kryo.register(RangeSummary.class);
    kryo.register(DealtWords.class);
    kryo.register(WordNumbers.class);
    kryo.register(AssignedIds.class);
    kryo.register(SampledWords.class);
    kryo.register(SortedWords.class);
    kryo.register(org.seqlm.vocab.NumberedWords.class);
    kryo.register(WrittenRange.class);
    kryo.register(ScoredRange.class);
    kryo.register(ScoredRange.DocumentScore.class);
    kryo.register(DocumentStep.DocumentBits.class);
    kryo.register(SampledRange.class);
    kryo.register(FilteredPart.class, new JavaSerializer());
    kryo.register(LinesHash.class);
    kryo.register(IndexedRange.class);
    kryo.register(WrittenRows.class);
    kryo.register(PartFindings.class, new JavaSerializer());
    kryo.register(org.seqlm.concordance.TermSet.class, new JavaSerializer());
    kryo.register(DrawnLines.class);
    kryo.register(PartitionContents.Content.class);
    kryo.register(DocumentWords.class);
    kryo.register(DocumentWords[].class);
    kryo.register(RangeCounts.class);
    kryo.register(long[][][].class);
    kryo.register(ScoredRange.Sums.class);
    kryo.register(ScoredRange.Sums[].class);
    kryo.register(StretchTotals.class);
    kryo.register(RangeSummary[].class);
    kryo.register(long[][].class);
    kryo.register(String[][].class);
    registerExamples(kryo);
  }

  /** What making labelled examples sends. */
  private static void registerExamples(Kryo kryo) {
    kryo.register(ReadRange.class);
    kryo.register(ExampleKey.class);
    kryo.register(WrittenBlock.class);
    kryo.register(org.seqlm.profile.text.Tallies.class, new JavaSerializer());
    kryo.register(org.seqlm.profile.WordFindings.class, new JavaSerializer());
    kryo.register(org.seqlm.profile.GroupSums.class, new JavaSerializer());
    kryo.register(ProfiledRange.class);
    kryo.register(ProfiledRange.Words.class);
    kryo.register(FoldedWords.class);
    kryo.register(RangePlaces.class);
    kryo.register(WordKey.class);
    kryo.register(PredictedFile.class);
    kryo.register(RecordPlaces.class);
    kryo.register(TaskScorer.type(), new JavaSerializer());
    kryo.register(ConfusionScorer.class, new JavaSerializer());
    kryo.register(ExampleCosts.scorerType(), new JavaSerializer());
    kryo.register(FeatureStatistics.Sums.class);
    kryo.register(FeatureStatistics.Sums[].class);
  }

  /**
   * What {@code Nd4jRegistrator} registers and dl4j-spark asks for, without starting the native
   * library in jobs that never use it; and data sets, which users may put into RDDs.
   */
  private static void registerNd4j(Kryo kryo) {
    try {
      ClassLoader loader = SeqlmRegistrator.class.getClassLoader();
      kryo.register(
          Class.forName("org.nd4j.linalg.cpu.nativecpu.NDArray", false, loader),
          new org.nd4j.kryo.Nd4jSerializer());
      kryo.register(
          Class.forName("org.nd4j.linalg.dataset.DataSet", false, loader), new DataSetSerializer());
      kryo.register(
          Class.forName("org.nd4j.linalg.dataset.MultiDataSet", false, loader),
          new MultiDataSetSerializer());
    } catch (ClassNotFoundException e) {
      throw new IllegalStateException("the jar lacks a class of nd4j-native", e);
    }
  }
}
