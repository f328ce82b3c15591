//! Every question that Tracewell answers, one file each.

mod actors;
mod claims;
mod cluster;
mod doctor;
mod error;
mod import;
mod incidents;
mod ingest;
mod labels;
mod layouts;
mod progress;
mod show;
mod subject;
mod tags;
mod trace;
mod valuation;
mod verify;
mod workspace;

pub use ::attribution::Tag;
pub use ::graph::{GraphError, cluster::Layer};
pub use ::sources::bitcoin::{Network as BitcoinNetwork, rpc::Auth as NodeAuth};
pub use ::trace::{Endpoint, Policy, StopReason};
pub use actors::{ActorAnswer, ActorQuestion, ActorsAnswer, actor, actors};
pub use claims::{ClaimsAnswer, ImportedFile, RefusedFile};
pub use cluster::{
    ClusterBuildAnswer, ClusterBuildQuestion, ClusterLabel, ClusterLabels, ClusterMonitorAnswer,
    ClusterOfAddress, ClusterShowAnswer, ClusterWhyAnswer, ClusterWhyQuestion, ExportRow,
    HealthAnswer, LinkAnswer, ReflectsAnswer, RefusedAnswer, Spelling, cluster_build,
    cluster_export, cluster_monitor, cluster_of_address, cluster_show, cluster_why,
};
pub use doctor::{ChainState, DoctorAnswer, UtxoChainState, doctor};
pub use error::{ErrorKind, QueryError};
pub use import::{BadRow, BadRows, ClaimCounts, ImportAnswer, ImportQuestion, import};
pub use incidents::{
    Incident, IncidentAnswer, IncidentQuestion, IncidentsAnswer, Seed, SeedTotalAnswer,
    import_incidents, incident, incidents,
};
pub use ingest::{
    BlockFinding, BlockPlace, IngestBitcoinAnswer, IngestBitcoinQuestion, IngestNodeAnswer,
    IngestNodeQuestion, LedgerChange, TipAnswer, ingest_bitcoin, ingest_bitcoin_node,
};
pub use layouts::{FieldAnswer, LayoutAnswer, LayoutsAnswer, layouts};
pub use progress::{Progress, Unwatched};
pub use show::{
    AddressAnswer, CoverageOfAddress, InputAnswer, MoveAnswer, OutputAnswer, PoolAnswer,
    ScriptAnswer, ShowAnswer, TotalAnswer, TransactionAnswer, UtxoTransactionAnswer, VerdictAnswer,
    show,
};
pub use subject::Subject;
pub use tags::{TagKind, TagSourcesAnswer, TagsQuestion, import_tags, tag_conflicts, tag_sources};
pub use trace::{
    CoinJoinAnswer, CoverageAnswer, HolderAnswer, LineAnswer, Manifest, PathAnswer, PeelAnswer,
    PeelChainAnswer, PoolDeposits, RunAnswer, SeedAnswer, StepAnswer, StopAnswer, TouchedAnswer,
    TraceAnswer, TraceQuestion, UnreconciledAnswer, WhyAnswer, trace, why,
};
pub use verify::{
    ChainVerified, ClustersVerified, StoreVerified, UtxoVerified, VerifyAnswer, verify,
};
pub use workspace::Workspace;
