package org.seqlm.corpus;

import java.io.Serializable;

/** What reading a range gives, in the order that {@link RangeScanner} tells. */
public sealed interface RangePart extends Serializable
    permits LocalBlock, LocalDictionary, RangeDocuments, RangeSummary {}
