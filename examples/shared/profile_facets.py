"""Aggregates of a data frame as OpenLineage facets. Nothing here can carry a row."""

from __future__ import annotations

import pandas as pd
from openlineage.client import facet_v2

QUANTILES = (0.05, 0.25, 0.5, 0.75, 0.95)

_NAMES = {"int64": "long", "float64": "double", "bool": "boolean"}


def schema_facet(frame: pd.DataFrame, described: dict[str, str]) -> facet_v2.schema_dataset.SchemaDatasetFacet:
    field = facet_v2.schema_dataset.SchemaDatasetFacetFields
    return facet_v2.schema_dataset.SchemaDatasetFacet(
        [
            field(name, _NAMES.get(str(dtype), "string"), described.get(name), ordinal_position=position)
            for position, (name, dtype) in enumerate(frame.dtypes.items(), start=1)
        ]
    )


def profile_facet(frame: pd.DataFrame) -> facet_v2.data_quality_metrics_dataset.DataQualityMetricsDatasetFacet:
    return facet_v2.data_quality_metrics_dataset.DataQualityMetricsDatasetFacet(
        rowCount=len(frame), columnMetrics={name: _column(frame[name]) for name in frame}
    )


def _column(values: pd.Series) -> facet_v2.data_quality_metrics_dataset.ColumnMetrics:
    counts = {
        "count": float(values.count()),
        "nullCount": int(values.isna().sum()),
        "distinctCount": int(values.nunique()),
    }
    metrics = facet_v2.data_quality_metrics_dataset.ColumnMetrics
    # Of text only counts leave the machine: its least and greatest values would be somebody's.
    if not pd.api.types.is_numeric_dtype(values) or pd.api.types.is_bool_dtype(values):
        return metrics(**counts)
    return metrics(
        **counts,
        sum=float(values.sum()),
        min=float(values.min()),
        max=float(values.max()),
        quantiles={str(q): float(values.quantile(q)) for q in QUANTILES},
    )
