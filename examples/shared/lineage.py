"""Says what a job read and wrote, with the stock OpenLineage client.

Where events go is the client's own business: OPENLINEAGE_URL, and OPENLINEAGE_API_KEY where a token is needed.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pandas as pd
from openlineage.client import OpenLineageClient, facet_v2, set_producer
from openlineage.client.event_v2 import InputDataset, Job, OutputDataset, Run, RunEvent, RunState
from openlineage.client.uuid import generate_new_uuid

from profile_facets import profile_facet, schema_facet

set_producer("https://example.org/aval/examples")

Transformation = facet_v2.column_lineage_dataset.Transformation

IDENTITY = Transformation("DIRECT", "IDENTITY", "", False)


def derived(description: str) -> Transformation:
    return Transformation("DIRECT", "TRANSFORMATION", description, False)


def masked(description: str) -> Transformation:
    return Transformation("DIRECT", "TRANSFORMATION", description, True)


def joined(description: str) -> Transformation:
    return Transformation("INDIRECT", "JOIN", description, False)


@dataclass(frozen=True)
class Table:
    """A dataset under its logical name, which stays the same wherever the file happens to lie."""

    namespace: str
    name: str
    description: str = ""
    owner: str = ""
    #: column -> value of its `sensitivity` tag. Only the source declares it: what derives from it, lineage can tell.
    sensitivity: dict[str, str] = field(default_factory=dict, hash=False)
    #: column -> what a reader should know about it
    columns: dict[str, str] = field(default_factory=dict, hash=False)

    @property
    def uri(self) -> str:
        """The same dataset as MLflow's `source`: OpenLineage's namespace and name, joined."""
        return f"{self.namespace}/{self.name}"


#: One output column's origins: (table, column, how)
Origins = list[tuple[Table, str, Transformation]]


@dataclass
class JobRun:
    """What a running job has read and written so far; `run_job` turns it into events."""

    inputs: list[InputDataset] = field(default_factory=list)
    outputs: list[OutputDataset] = field(default_factory=list)

    def read(self, table: Table, frame: pd.DataFrame, assertions: list[tuple[str, str, bool]] = ()) -> None:
        statistics = facet_v2.input_statistics_input_dataset.InputStatisticsInputDatasetFacet(rowCount=len(frame))
        input_facets = {"inputStatistics": statistics}
        if assertions:
            quality = facet_v2.data_quality_assertions_dataset
            input_facets["dataQualityAssertions"] = quality.DataQualityAssertionsDatasetFacet(
                [quality.Assertion(assertion=name, success=held, column=column) for name, column, held in assertions]
            )
        self.inputs.append(
            InputDataset(table.namespace, table.name, facets=_dataset_facets(table, frame), inputFacets=input_facets)
        )

    def wrote(
        self,
        table: Table,
        frame: pd.DataFrame,
        origins: dict[str, Origins],
        whole: Origins = (),
    ) -> None:
        """`origins` covers each column; `whole` is what decided which rows there are (joins, filters)."""
        columns = facet_v2.column_lineage_dataset
        lineage = columns.ColumnLineageDatasetFacet(
            fields={name: columns.Fields(inputFields=_input_fields(of)) for name, of in origins.items()},
            dataset=_input_fields(whole),
        )
        facets = _dataset_facets(table, frame) | {
            "columnLineage": lineage,
            "dataQualityMetrics": profile_facet(frame),
        }
        statistics = facet_v2.output_statistics_output_dataset.OutputStatisticsOutputDatasetFacet(
            rowCount=len(frame), fileCount=1
        )
        self.outputs.append(
            OutputDataset(table.namespace, table.name, facets=facets, outputFacets={"outputStatistics": statistics})
        )


@contextmanager
def run_job(
    namespace: str, name: str, description: str, owner: str, tags: dict[str, str] | None = None
) -> Iterator[JobRun]:
    """START on the way in; COMPLETE with all datasets, or FAIL with the reason, on the way out."""
    client = OpenLineageClient()
    run_id = str(generate_new_uuid())
    job = Job(
        namespace,
        name,
        facets={
            "documentation": facet_v2.documentation_job.DocumentationJobFacet(description=description),
            "ownership": facet_v2.ownership_job.OwnershipJobFacet([facet_v2.ownership_job.Owner(owner, "MAINTAINER")]),
            "jobType": facet_v2.job_type_job.JobTypeJobFacet("BATCH", "PYTHON", "JOB"),
        },
    )
    engine = facet_v2.processing_engine_run.ProcessingEngineRunFacet(pd.__version__, "pandas")
    run_facets: dict[str, facet_v2.RunFacet] = {"processing_engine": engine}
    if tags:
        fields = facet_v2.tags_run.TagsRunFacetFields
        run_facets["tags"] = facet_v2.tags_run.TagsRunFacet([fields(k, v, "USER") for k, v in tags.items()])
    doing = JobRun()

    def emit(state: RunState, **more_facets: facet_v2.RunFacet) -> None:
        now = datetime.now(UTC).isoformat(timespec="milliseconds")
        run = Run(run_id, facets=run_facets | more_facets)
        client.emit(
            RunEvent(eventTime=now, run=run, job=job, eventType=state, inputs=doing.inputs, outputs=doing.outputs)
        )

    emit(RunState.START)
    try:
        yield doing
        emit(RunState.COMPLETE)
    except Exception as error:
        reason = facet_v2.error_message_run.ErrorMessageRunFacet(str(error), "python")
        emit(RunState.FAIL, errorMessage=reason)
        raise
    finally:
        client.close()


def _input_fields(origins: Origins) -> list[facet_v2.column_lineage_dataset.InputField]:
    field_of = facet_v2.column_lineage_dataset.InputField
    return [field_of(table.namespace, table.name, column, [how]) for table, column, how in origins]


def _dataset_facets(table: Table, frame: pd.DataFrame) -> dict[str, facet_v2.DatasetFacet]:
    facets: dict[str, facet_v2.DatasetFacet] = {"schema": schema_facet(frame, table.columns)}
    if table.description:
        facets["documentation"] = facet_v2.documentation_dataset.DocumentationDatasetFacet(table.description)
    if table.owner:
        owner = facet_v2.ownership_dataset.Owner(table.owner, "OWNER")
        facets["ownership"] = facet_v2.ownership_dataset.OwnershipDatasetFacet([owner])
    if table.sensitivity:
        tag = facet_v2.tags_dataset.TagsDatasetFacetFields
        facets["tags"] = facet_v2.tags_dataset.TagsDatasetFacet(
            [tag("sensitivity", value, "USER", column) for column, value in table.sensitivity.items()]
        )
    return facets
