//! A WebSocket: the cookie goes out with the 101, and a snapshot lives as long as the socket.

use axum::{
    Router,
    extract::{WebSocketUpgrade, ws},
    response::Response,
    routing::get,
};
use futures_util::StreamExt;
use session_runtime::{Session, Unmounted, testing};
use tests::{Auth, registry};
use tokio::net::TcpListener;
use tokio_tungstenite::tungstenite::client::IntoClientRequest;

async fn socket(mut session: Session<Auth>, upgrade: WebSocketUpgrade) -> Response {
    session.touch();
    let me = session.snapshot();
    upgrade.on_upgrade(move |mut socket| async move {
        let text = format!("{:?}", me.user_id);
        socket.send(ws::Message::text(text)).await.unwrap();
    })
}

#[tokio::test]
async fn an_upgrade_carries_the_cookie_and_the_socket_a_snapshot() {
    let unmounted = Unmounted::new(registry()).unwrap();
    let sessions = unmounted.codec();
    let app = unmounted.mount(|_| Router::new().route("/ws", get(socket)));
    let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
    let address = listener.local_addr().unwrap();
    let server = tokio::spawn(async move { axum::serve(listener, app).await });

    let mut request = format!("ws://{address}/ws").into_client_request().unwrap();
    let cookie = testing::request_cookie(&sessions, Auth::user(7))
        .await
        .unwrap();
    request.headers_mut().insert("cookie", cookie);
    let stream = tokio::net::TcpStream::connect(address).await.unwrap();
    let (mut socket, response) = tokio_tungstenite::client_async(request, stream)
        .await
        .unwrap();
    assert_eq!(response.status(), 101);
    let sent = testing::response_session::<Auth, ()>(&sessions, response.headers())
        .await
        .unwrap();
    assert_eq!(sent.set().unwrap().user_id(), Some(7));
    assert_eq!(
        socket.next().await.unwrap().unwrap().into_text().unwrap(),
        "Some(7)"
    );
    server.abort();
}
